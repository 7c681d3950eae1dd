import CNNGraphs
import CNNTensors

/// A sequence of the inputs, tensors of one type.
public struct SequenceConstruct: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "SequenceConstruct", versions: [11], inputs: 1...OperatorSignature.any)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let types = context.inputs.indices.map { context.type($0) }
    let element = types.dropFirst().reduce(types.first ?? .unknown) { $0.joined(with: $1) }
    return [InferredValue(.sequence(element))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let tensors = try context.inputs.indices.map { try context.tensor($0) }
    for (index, tensor) in tensors.enumerated() where tensor.elementType != tensors[0].elementType {
      throw OperatorError.elementType(input: index, found: tensor.elementType)
    }
    return [.sequence(tensors.map(RuntimeValue.tensor), element: .tensor(tensors.first?.elementType))]
  }
}
