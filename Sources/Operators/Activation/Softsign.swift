import CNNGraphs
import CNNTensors

/// `x / (1 + |x|)`.
package struct Softsign: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Softsign", versions: [1, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x / (1 + x.magnitude) }
}
