import CNNGraphs
import CNNTensors

/// The hyperbolic tangent.
public struct Tanh: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Tanh", versions: [1, 6, 13], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.tanh(x) }
}
