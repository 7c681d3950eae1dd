import CNNGraphs
import CNNTensors

/// True where the input is not a number.
public struct IsNaN: PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("IsNaN", versions: [9, 13, 20], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { [.tensor(.bool, context.shape(0))] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    switch x.elementType.numericKind {
    case .float: return [.tensor(try x.testValues(as: Float.self) { $0.isNaN })]
    case .double: return [.tensor(try x.testValues(as: Double.self) { $0.isNaN })]
    default: throw OperatorError.elementType(input: 0, found: x.elementType)
    }
  }
}
