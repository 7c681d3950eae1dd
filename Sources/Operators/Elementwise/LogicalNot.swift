import CNNGraphs
import CNNTensors

/// True where the input is false.
public struct LogicalNot: PlainOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Not", versions: [1], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let contents = context.contents(0)?.map { $0.value.map { .fixed($0 == 0 ? 1 : 0) } ?? Dimension.unknown }
    return [.tensor(.bool, context.shape(0), contents: contents)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    guard x.elementType == .bool else { throw OperatorError.elementType(input: 0, found: x.elementType) }
    let result = try Tensor(.bool, shape: x.shape) { target in
      x.withBytes { source in
        for i in 0..<source.count { target[i] = source[i] == 0 ? 1 : 0 }
      }
    }
    return [.tensor(result)]
  }
}
