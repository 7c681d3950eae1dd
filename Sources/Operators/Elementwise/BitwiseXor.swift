import CNNGraphs
import CNNTensors

/// The bits that one operand alone has, broadcast.
public struct BitwiseXor: BitwiseBinaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("BitwiseXor", versions: [18], inputs: 2...2)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply(_ a: UInt64, _ b: UInt64) -> UInt64 { a ^ b }
}
