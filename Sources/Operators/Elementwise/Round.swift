import CNNGraphs
import CNNTensors

/// The nearest integer; halves go to the even one.
public struct Round: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Round", versions: [11, 22], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { x.rounded(.toNearestOrEven) }
}
