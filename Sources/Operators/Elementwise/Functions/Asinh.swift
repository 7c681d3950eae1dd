import CNNGraphs
import CNNTensors

/// The inverse hyperbolic sine.
public struct Asinh: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Asinh", versions: [9, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.asinh(x) }
}
