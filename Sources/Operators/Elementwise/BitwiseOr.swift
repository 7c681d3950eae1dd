import CNNGraphs
import CNNTensors

/// The bits that either operand has, broadcast.
public struct BitwiseOr: BitwiseBinaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("BitwiseOr", versions: [18], inputs: 2...2)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply(_ a: UInt64, _ b: UInt64) -> UInt64 { a | b }
}
