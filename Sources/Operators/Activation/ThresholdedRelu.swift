import CNNGraphs
import CNNTensors

/// `x` above `alpha`, otherwise 0.
public struct ThresholdedRelu: FloatingUnaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("ThresholdedRelu", versions: [10, 22], inputs: 1...1)

  /// The threshold.
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
  package func apply<T: FloatingScalar>(_ x: T) -> T { x > T(alpha) ? x : 0 }
}
