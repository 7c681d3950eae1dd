import CNNGraphs
import CNNTensors

/// The bits that both operands have, broadcast.
package struct BitwiseAnd: BitwiseBinaryOperator {
  package static let signature = OperatorSignature("BitwiseAnd", versions: [18], inputs: 2...2)

  package init() {}

  @inline(__always)
  package func apply(_ a: UInt64, _ b: UInt64) -> UInt64 { a & b }
}
