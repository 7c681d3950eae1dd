import CNNGraphs
import CNNTensors

/// `x · max(0, min(1, x / 6 + 1 / 2))`.
public struct HardSwish: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("HardSwish", versions: [14, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x * T.clamped(x / 6 + 0.5, 0, 1) }
}
