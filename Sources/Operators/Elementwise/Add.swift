import CNNGraphs
import CNNTensors

/// `a + b`, broadcast; integers wrap around.
package struct Add: NumericBinaryOperator {
  package static let signature = OperatorSignature("Add", versions: [1, 6, 7, 13, 14], inputs: 2...2)

  package let legacyAxis: Int?

  package init(from node: inout NodeReader) throws { legacyAxis = try LegacyBroadcast.axis(from: &node) }

  package func write(to node: inout NodeWriter) throws { try LegacyBroadcast.write(legacyAxis, to: &node) }

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T { T.adding(a, b) }
}
