import CNNGraphs
import CNNTensors

/// The inverse hyperbolic cosine; NaN below 1.
package struct Acosh: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Acosh", versions: [9, 22], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.acosh(x) }
}
