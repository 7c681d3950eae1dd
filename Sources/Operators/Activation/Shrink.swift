import CNNGraphs
import CNNTensors

/// `x + bias` below `-lambda`, `x - bias` above `lambda`, 0 between. Integers are computed as real numbers and cut.
package struct Shrink: NumericUnaryOperator {
  package static let signature = OperatorSignature("Shrink", versions: [9], inputs: 1...1)

  /// What values outside are moved toward zero by.
  package let bias: Float
  /// Half the width of the band that becomes 0.
  package let lambda: Float

  package init(from node: inout NodeReader) throws {
    bias = try node.float("bias", default: 0)
    lambda = try node.float("lambd", default: 0.5)
  }

  package init(bias: Float = 0, lambda: Float = 0.5) {
    (self.bias, self.lambda) = (bias, lambda)
  }

  package func write(to node: inout NodeWriter) throws {
    node.set("bias", bias, unless: 0)
    node.set("lambd", lambda, unless: 0.5)
  }

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ x: T) -> T {
    let value = x.asDouble
    let (bias, lambda) = (Double(bias), Double(lambda))
    return T(wrapping: value < -lambda ? value + bias : value > lambda ? value - bias : 0)
  }
}
