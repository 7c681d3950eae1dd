import CNNGraphs
import CNNTensors

/// `max(x, 0)`; NaN stays NaN.
package struct Relu: NumericUnaryOperator {
  package static let signature = OperatorSignature("Relu", versions: [1, 6, 13, 14], inputs: 1...1)

  package init() {}

  package init(from node: inout NodeReader) throws { node.ignore("consumed_inputs") }

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ x: T) -> T { x < 0 ? 0 : x }
}
