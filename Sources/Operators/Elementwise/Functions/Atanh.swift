import CNNGraphs
import CNNTensors

/// The inverse hyperbolic tangent; NaN outside [-1, 1].
public struct Atanh: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Atanh", versions: [9, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.atanh(x) }
}
