import CNNGraphs
import CNNTensors

/// True where one operand alone is, broadcast.
package struct LogicalXor: LogicalOperator {
  package static let signature = OperatorSignature("Xor", versions: [1, 7], inputs: 2...2)

  package let legacyAxis: Int?

  package init(legacyAxis: Int? = nil) { self.legacyAxis = legacyAxis }

  @inline(__always)
  package func apply(_ a: Bool, _ b: Bool) -> Bool { a != b }
}
