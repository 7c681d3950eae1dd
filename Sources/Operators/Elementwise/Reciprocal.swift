import CNNGraphs
import CNNTensors

/// `1 / x`; infinite at zero.
public struct Reciprocal: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Reciprocal", versions: [1, 6, 13], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { 1 / x }
}
