import CNNGraphs
import CNNTensors

/// True where one operand alone is, broadcast.
public struct LogicalXor: LogicalOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Xor", versions: [1, 7], inputs: 2...2)

  /// Where the second input begins in the first, for models before version 7.
  public let legacyAxis: Int?

  /// Makes the operator with these settings.
  public init(legacyAxis: Int? = nil) { self.legacyAxis = legacyAxis }

  @inline(__always)
  package func apply(_ a: Bool, _ b: Bool) -> Bool { a != b }
}
