import CNNGraphs
import CNNTensors

/// The hyperbolic cosine.
public struct Cosh: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Cosh", versions: [9, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.cosh(x) }
}
