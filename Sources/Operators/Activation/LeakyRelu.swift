import CNNGraphs
import CNNTensors

/// `x` above zero, `alpha · x` below.
package struct LeakyRelu: FloatingUnaryOperator {
  package static let signature = OperatorSignature("LeakyRelu", versions: [1, 6, 16], inputs: 1...1)

  /// The slope below zero.
  package let alpha: Float

  package init(from node: inout NodeReader) throws {
    if node.version < 6 { node.ignore("consumed_inputs") }
    alpha = try node.float("alpha", default: 0.01)
  }

  package init(alpha: Float = 0.01) {
    self.alpha = alpha
  }

  package func write(to node: inout NodeWriter) throws {
    node.set("alpha", alpha, unless: 0.01)
  }

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x < 0 ? T(alpha) * x : x }
}
