import CNNGraphs
import CNNTensors

/// The inverse hyperbolic sine.
package struct Asinh: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Asinh", versions: [9, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.asinh(x) }
}
