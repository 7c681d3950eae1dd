import CNNGraphs
import CNNTensors

/// The inverse hyperbolic cosine; NaN below 1.
public struct Acosh: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Acosh", versions: [9, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.acosh(x) }
}
