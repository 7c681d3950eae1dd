import CNNGraphs
import CNNTensors

/// `log(1 + exp(x))`.
package struct Softplus: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Softplus", versions: [1, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.softplus(x) }
}
