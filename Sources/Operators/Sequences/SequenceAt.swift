import CNNGraphs
import CNNTensors

/// One element of a sequence. Inputs: sequence, position (negative ones count from the back).
public struct SequenceAt: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("SequenceAt", versions: [11], inputs: 2...2)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [InferredValue(context.sequenceElement(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let values = try context.sequence(0).values
    return [values[try context.position(1, among: values.count)]]
  }
}
