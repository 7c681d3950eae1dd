import CNNGraphs
import CNNTensors

/// The inverse cosine, in radians; NaN outside [-1, 1].
package struct Acos: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Acos", versions: [7, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.acos(x) }
}
