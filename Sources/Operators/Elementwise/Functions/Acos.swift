import CNNGraphs
import CNNTensors

/// The inverse cosine, in radians; NaN outside [-1, 1].
public struct Acos: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Acos", versions: [7, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.acos(x) }
}
