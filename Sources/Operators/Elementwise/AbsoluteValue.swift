import CNNGraphs
import CNNTensors

/// `|x|`; the least integer stays as it is.
package struct AbsoluteValue: NumericUnaryOperator, PlainOperator {
  package static let signature = OperatorSignature("Abs", versions: [1, 6, 13], inputs: 1...1)

  package init() {}

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ x: T) -> T { T.absolute(x) }
}
