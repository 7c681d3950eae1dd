import CNNGraphs
import CNNTensors

/// `x` above zero, `alpha · (exp(x) - 1)` below.
public struct Elu: FloatingUnaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Elu", versions: [1, 6, 22], inputs: 1...1)

  /// What the negative side tends to, negated.
  public let alpha: Float

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    if node.version < 6 { node.ignore("consumed_inputs") }
    alpha = try node.float("alpha", default: 1)
  }

  /// Makes the operator with these settings.
  public init(alpha: Float = 1) {
    self.alpha = alpha
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("alpha", alpha, unless: 1)
  }

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x < 0 ? T(alpha) * T.expMinusOne(x) : x }
}
