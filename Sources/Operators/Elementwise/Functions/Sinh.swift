import CNNGraphs
import CNNTensors

/// The hyperbolic sine.
package struct Sinh: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Sinh", versions: [9, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.sinh(x) }
}
