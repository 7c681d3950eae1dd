import CNNGraphs
import CNNTensors

/// `x / (1 + |x|)`.
public struct Softsign: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Softsign", versions: [1, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x / (1 + x.magnitude) }
}
