import CNNGraphs
import CNNTensors

/// The sine of an angle in radians.
public struct Sin: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Sin", versions: [7, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.sin(x) }
}
