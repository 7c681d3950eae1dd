import CNNGraphs
import CNNTensors

/// The inverse hyperbolic tangent; NaN outside [-1, 1].
package struct Atanh: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Atanh", versions: [9, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.atanh(x) }
}
