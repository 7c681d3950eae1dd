import CNNGraphs
import CNNTensors

/// `x · sigmoid(alpha · x)`; also known as SiLU if `alpha` is 1.
public struct Swish: FloatingUnaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Swish", versions: [24], inputs: 1...1)

  /// Steepness of the gate.
  public let alpha: Float

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
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
  package func apply<T: FloatingScalar>(_ x: T) -> T { x * T.sigmoid(T(alpha) * x) }
}
