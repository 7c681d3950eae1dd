import CNNGraphs
import CNNTensors

/// `|x|`; the least integer stays as it is.
public struct AbsoluteValue: NumericUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Abs", versions: [1, 6, 13], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ x: T) -> T { T.absolute(x) }
}
