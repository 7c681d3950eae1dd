import CNNGraphs
import CNNTensors

/// The natural logarithm; NaN below zero.
public struct Log: FloatingUnaryOperator, PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Log", versions: [1, 6, 13], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.log(x) }
}
