import CNNGraphs
import CNNTensors

/// `1 / (1 + exp(-x))`.
public struct Sigmoid: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Sigmoid", versions: [1, 6, 13], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.sigmoid(x) }
}
