import CNNGraphs
import CNNTensors

/// The hyperbolic cosine.
package struct Cosh: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Cosh", versions: [9, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.cosh(x) }
}
