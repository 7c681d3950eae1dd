import CNNGraphs
import CNNTensors

/// The inverse tangent, in radians.
public struct Atan: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Atan", versions: [7, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.atan(x) }
}
