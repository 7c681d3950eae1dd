import CNNGraphs
import CNNTensors

/// The nearest integer; halves go to the even one.
package struct Round: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Round", versions: [11, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x.rounded(.toNearestOrEven) }
}
