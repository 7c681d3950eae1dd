import CNNGraphs
import CNNTensors

/// The sine of an angle in radians.
package struct Sin: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Sin", versions: [7, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.sin(x) }
}
