import CNNGraphs
import CNNTensors

/// The exponential.
package struct Exp: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Exp", versions: [1, 6, 13], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.exp(x) }
}
