import CNNGraphs
import CNNTensors

/// `1 / x`; infinite at zero.
package struct Reciprocal: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Reciprocal", versions: [1, 6, 13], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { 1 / x }
}
