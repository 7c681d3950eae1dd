import CNNGraphs
import CNNTensors

/// The tangent of an angle in radians.
public struct Tan: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Tan", versions: [7, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.tan(x) }
}
