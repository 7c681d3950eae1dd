import CNNGraphs
import CNNTensors

/// -1, 0 or 1; NaN stays NaN.
public struct Sign: NumericUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Sign", versions: [9, 13], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ x: T) -> T { x > 0 ? 1 : x < 0 ? T.negating(1) : x }
}
