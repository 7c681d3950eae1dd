import CNNGraphs
import CNNTensors

/// The number of a sequence's elements, an `int64` of rank 0.
public struct SequenceLength: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("SequenceLength", versions: [11], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { [.tensor(.int64, [])] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [.tensor(try Tensor(scalar: Int64(context.sequence(0).values.count)))]
  }
}
