import CNNGraphs
import CNNTensors

/// The hyperbolic tangent.
package struct Tanh: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Tanh", versions: [1, 6, 13], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.tanh(x) }
}
