import CNNGraphs
import CNNTensors

/// The sum of one or more broadcast tensors.
public struct Sum: VariadicOperator, NonnegativeLinearOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Sum", versions: [1, 6, 8, 13], inputs: 1...OperatorSignature.any)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T { T.adding(a, b) }
}
