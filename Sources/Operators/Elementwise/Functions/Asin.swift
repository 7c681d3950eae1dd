import CNNGraphs
import CNNTensors

/// The inverse sine, in radians; NaN outside [-1, 1].
public struct Asin: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Asin", versions: [7, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.asin(x) }
}
