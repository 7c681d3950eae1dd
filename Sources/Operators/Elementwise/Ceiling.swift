import CNNGraphs
import CNNTensors

/// The least integer that is not below `x`.
public struct Ceiling: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Ceil", versions: [1, 6, 13], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x.rounded(.up) }
}
