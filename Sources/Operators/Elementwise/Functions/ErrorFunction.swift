import CNNGraphs
import CNNTensors

/// The Gauss error function.
public struct ErrorFunction: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Erf", versions: [9, 13], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.erf(x) }
}
