import CNNGraphs
import CNNTensors

/// The matrix product of 8-bit integers in `int32`, each operand's zero point (which may be left out) taken away first:
/// one for all, one for each row of A, or one for each column of B.
public struct IntegerMatrixMultiplication: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("MatMulInteger", versions: [10], inputs: 2...4)

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {}
  /// Makes the operator.
  public init() {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.require(2, along: .rows, of: 0)
    try context.require(3, along: .columns, of: 1)
    return [.tensor(.int32, try MatrixProduct.infer(context.shape(0), context.shape(1)))]
  }

  /// Multiplications followed by an addition that one run takes.
  public func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int? {
    guard let a = inputs.first, let output = outputs.first else { return nil }
    return MatrixProduct.multiplyAccumulates(a, output: output)
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (a, b) = (try context.tensor(0), try context.tensor(1))
    for (index, tensor) in [a, b].enumerated() where !tensor.elementType.isInteger {
      throw OperatorError.elementType(input: index, found: tensor.elementType)
    }
    let product = try MatrixProduct.multiply(
      a.centered(at: try context.optionalTensor(2), along: .rows),
      b.centered(at: try context.optionalTensor(3), along: .columns))
    return [.tensor(try product.converted(to: .int32))]
  }
}
