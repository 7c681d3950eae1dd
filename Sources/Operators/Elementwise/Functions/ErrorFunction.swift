import CNNGraphs
import CNNTensors

/// The Gauss error function.
package struct ErrorFunction: FloatingUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Erf", versions: [9, 13], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.erf(x) }
}
