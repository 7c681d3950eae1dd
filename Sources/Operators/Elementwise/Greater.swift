import CNNGraphs
import CNNTensors

/// `a > b`, broadcast.
package struct Greater: ComparisonOperator {
  package static let signature = OperatorSignature("Greater", versions: [1, 7, 9, 13], inputs: 2...2)

  package let legacyAxis: Int?

  package init(legacyAxis: Int? = nil) { self.legacyAxis = legacyAxis }

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> Bool { a > b }
}
