import CNNGraphs
import CNNTensors

/// The inverse sine, in radians; NaN outside [-1, 1].
package struct Asin: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Asin", versions: [7, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.asin(x) }
}
