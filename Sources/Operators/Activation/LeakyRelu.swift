import CNNGraphs
import CNNTensors

/// `x` above zero, `alpha · x` below.
public struct LeakyRelu: FloatingUnaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("LeakyRelu", versions: [1, 6, 16], inputs: 1...1)

  /// The slope below zero.
  public let alpha: Float

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    if node.version < 6 { node.ignore("consumed_inputs") }
    alpha = try node.float("alpha", default: 0.01)
  }

  /// Makes the operator with these settings.
  public init(alpha: Float = 0.01) {
    self.alpha = alpha
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("alpha", alpha, unless: 0.01)
  }

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x < 0 ? T(alpha) * x : x }
}
