import CNNGraphs
import CNNTensors

/// The value of an optional that has one; any other value itself.
public struct OptionalGetElement: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("OptionalGetElement", versions: [15, 18, 28], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    if case .optional(let element) = context.type(0) { return [InferredValue(element)] }
    return [InferredValue(context.type(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let value = try context.input(0)
    if case .none = value { throw OperatorError.input(0, expected: "an optional with a value") }
    return [value]
  }
}
