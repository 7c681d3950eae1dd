import CNNGraphs
import CNNTensors

/// The cosine of an angle in radians.
package struct Cos: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Cos", versions: [7, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.cos(x) }
}
