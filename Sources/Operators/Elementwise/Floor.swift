import CNNGraphs
import CNNTensors

/// The greatest integer that is not above `x`.
package struct Floor: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Floor", versions: [1, 6, 13], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x.rounded(.down) }
}
