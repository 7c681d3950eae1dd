import CNNGraphs
import CNNTensors

/// The mean of one or more broadcast tensors.
public struct Mean: VariadicOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Mean", versions: [1, 6, 8, 13], inputs: 1...OperatorSignature.any)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T { T.adding(a, b) }

  @inline(__always)
  package func finish<T: ArithmeticScalar>(_ x: T, count: Int) -> T { T.dividing(x, T(wrapping: Int64(count))) }
}
