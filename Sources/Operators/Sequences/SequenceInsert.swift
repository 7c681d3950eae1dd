import CNNGraphs
import CNNTensors

/// A sequence with one more tensor. Inputs: sequence, tensor, the position before which it goes (the end).
public struct SequenceInsert: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("SequenceInsert", versions: [11], inputs: 2...3)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let (element, new) = (context.sequenceElement(0), context.type(1))
    return [InferredValue(.sequence(element == .unknown ? new.withoutShape : element.joined(with: new)))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    var (values, element) = try context.sequence(0)
    let tensor = try context.tensor(1)
    if let type = values.first?.tensor?.elementType ?? element.tensor?.elementType, type != tensor.elementType {
      throw OperatorError.elementType(input: 1, found: tensor.elementType)
    }
    let position = try context.optionalIntegers(2)?.first ?? values.count
    guard position >= -values.count, position <= values.count else {
      throw OperatorError.invalid("position \(position) of a sequence of \(values.count)")
    }
    values.insert(.tensor(tensor), at: position.wrapped(values.count))
    return [.sequence(values, element: .tensor(tensor.elementType))]
  }
}
