import CNNGraphs
import CNNTensors

/// A sequence without one of its elements. Inputs: sequence, position (the last).
public struct SequenceErase: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("SequenceErase", versions: [11], inputs: 1...2)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { [InferredValue(context.type(0))] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    var (values, element) = try context.sequence(0)
    let isGiven = context.inputs.count > 1 && context.inputs[1] != nil
    guard !values.isEmpty else { throw OperatorError.invalid("an empty sequence has nothing to take away") }
    values.remove(at: isGiven ? try context.position(1, among: values.count) : values.count - 1)
    return [.sequence(values, element: element)]
  }
}
