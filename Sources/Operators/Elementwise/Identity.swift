import CNNGraphs
import CNNTensors

/// The input itself: a tensor, a sequence or an optional.
public struct Identity: PlainOperator, NonnegativeLinearOperator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "Identity", versions: [1, 13, 14, 16, 19, 21, 23, 24, 25], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [context.inputs.first.flatMap(\.self) ?? .unknown]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] { [try context.input(0)] }
}
