import CNNGraphs
import CNNTensors

/// Each bit of an integer turned over.
public struct BitwiseNot: PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("BitwiseNot", versions: [18], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { [InferredValue(context.type(0))] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    guard x.elementType.isInteger else { throw OperatorError.elementType(input: 0, found: x.elementType) }
    return [.tensor(try x.mapValues(as: UInt64.self) { ~$0 })]
  }
}
