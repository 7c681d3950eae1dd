import CNNGraphs
import CNNTensors

/// `max(x, 0)`; NaN stays NaN.
public struct Relu: NumericUnaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Relu", versions: [1, 6, 13, 14], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { node.ignore("consumed_inputs") }

  @inline(__always)
  package func apply<T: ArithmeticScalar>(_ x: T) -> T { x < 0 ? 0 : x }
}
