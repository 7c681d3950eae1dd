import CNNGraphs
import CNNTensors

/// `max(0, min(1, alpha · x + beta))`.
public struct HardSigmoid: FloatingUnaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("HardSigmoid", versions: [1, 6, 22], inputs: 1...1)

  /// The slope.
  public let alpha: Float
  /// The value at zero.
  public let beta: Float

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    if node.version < 6 { node.ignore("consumed_inputs") }
    alpha = try node.float("alpha", default: 0.2)
    beta = try node.float("beta", default: 0.5)
  }

  /// Makes the operator with these settings.
  public init(alpha: Float = 0.2, beta: Float = 0.5) {
    (self.alpha, self.beta) = (alpha, beta)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("alpha", alpha, unless: 0.2)
    node.set("beta", beta, unless: 0.5)
  }

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.clamped(T(alpha) * x + T(beta), 0, 1) }
}
