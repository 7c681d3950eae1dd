import CNNGraphs
import CNNTensors

/// `x · tanh(softplus(x))`.
public struct Mish: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Mish", versions: [18, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x * T.tanh(T.softplus(x)) }
}
