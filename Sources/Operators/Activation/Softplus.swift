import CNNGraphs
import CNNTensors

/// `log(1 + exp(x))`.
public struct Softplus: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Softplus", versions: [1, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.softplus(x) }
}
