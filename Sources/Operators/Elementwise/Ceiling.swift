import CNNGraphs
import CNNTensors

/// The least integer that is not below `x`.
package struct Ceiling: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Ceil", versions: [1, 6, 13], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x.rounded(.up) }
}
