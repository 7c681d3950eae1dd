import CNNGraphs
import CNNTensors

/// True where either operand is, broadcast.
package struct LogicalOr: LogicalOperator {
  package static let signature = OperatorSignature("Or", versions: [1, 7], inputs: 2...2)

  package let legacyAxis: Int?

  package init(legacyAxis: Int? = nil) { self.legacyAxis = legacyAxis }

  @inline(__always)
  package func apply(_ a: Bool, _ b: Bool) -> Bool { a || b }
}
