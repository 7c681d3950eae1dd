import CNNGraphs
import CNNTensors

/// The tangent of an angle in radians.
package struct Tan: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Tan", versions: [7, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.tan(x) }
}
