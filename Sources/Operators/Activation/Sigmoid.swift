import CNNGraphs
import CNNTensors

/// `1 / (1 + exp(-x))`.
package struct Sigmoid: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Sigmoid", versions: [1, 6, 13], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.sigmoid(x) }
}
