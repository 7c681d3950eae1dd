import CNNGraphs
import CNNTensors

/// `x` above `alpha`, otherwise 0.
package struct ThresholdedRelu: FloatingUnaryOperator {
  package static let signature = OperatorSignature("ThresholdedRelu", versions: [10, 22], inputs: 1...1)

  /// The threshold.
  package let alpha: Float

  package init(from node: inout NodeReader) throws {
    alpha = try node.float("alpha", default: 1)
  }

  package init(alpha: Float = 1) {
    self.alpha = alpha
  }

  package func write(to node: inout NodeWriter) throws {
    node.set("alpha", alpha, unless: 1)
  }

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x > T(alpha) ? x : 0 }
}
