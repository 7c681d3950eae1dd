import CNNGraphs
import CNNTensors

/// `x · tanh(softplus(x))`.
package struct Mish: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Mish", versions: [18, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x * T.tanh(T.softplus(x)) }
}
