import CNNGraphs
import CNNTensors

/// The greatest integer that is not above `x`.
public struct Floor: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Floor", versions: [1, 6, 13], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x.rounded(.down) }
}
