import CNNGraphs
import CNNTensors

/// `x · sigmoid(alpha · x)`; also known as SiLU where `alpha` is 1.
package struct Swish: FloatingUnaryOperator {
  package static let signature = OperatorSignature("Swish", versions: [24], inputs: 1...1)

  /// Steepness of the gate.
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
  package func apply<T: FloatingScalar>(_ x: T) -> T { x * T.sigmoid(T(alpha) * x) }
}
