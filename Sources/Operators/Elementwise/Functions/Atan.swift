import CNNGraphs
import CNNTensors

/// The inverse tangent, in radians.
package struct Atan: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Atan", versions: [7, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.atan(x) }
}
