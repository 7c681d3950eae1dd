import CNNGraphs
import CNNTensors

/// The square root; NaN below zero.
public struct Sqrt: FloatingUnaryOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Sqrt", versions: [1, 6, 13], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { node.ignore("consumed_inputs") }

  @inline(__always)
  package func apply<T: FloatingScalar>(_ x: T) -> T { T.sqrt(x) }
}
