import CNNGraphs
import CNNTensors

/// `a / b`, broadcast; integers are cut toward zero, and are 0 where the divisor is.
package struct Divide: NumericBinaryOperator {
  package static let signature = OperatorSignature("Div", versions: [1, 6, 7, 13, 14], inputs: 2...2)

  package let legacyAxis: Int?

  package init(legacyAxis: Int? = nil) { self.legacyAxis = legacyAxis }

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ a: T, _ b: T) -> T { T.dividing(a, b) }

  package func apply(_ a: Dimension, _ b: Dimension) -> Dimension? { b == 1 ? a : nil }
}
