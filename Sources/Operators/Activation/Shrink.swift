import CNNGraphs
import CNNTensors

/// `x + bias` below `-lambda`, `x - bias` above `lambda`, 0 between. Integers are computed as real numbers and cut.
public struct Shrink: NumericUnaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Shrink", versions: [9], inputs: 1...1)

  /// What values outside are moved toward zero by.
  public let bias: Float
  /// Half the width of the band that becomes 0.
  public let lambda: Float

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    bias = try node.float("bias", default: 0)
    lambda = try node.float("lambd", default: 0.5)
  }

  /// Makes the operator with these settings.
  public init(bias: Float = 0, lambda: Float = 0.5) {
    (self.bias, self.lambda) = (bias, lambda)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
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
