import CNNGraphs
import CNNTensors

/// True for an optional that has a value and for any other value, false if there is none; a `bool` of rank 0.
public struct OptionalHasElement: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("OptionalHasElement", versions: [15, 18, 28], inputs: 0...1)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { [.tensor(.bool, [])] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    var isThere: UInt8 = 0
    if let value = context.inputs.first.flatMap({ $0 }) {
      if case .none = value {} else { isThere = 1 }
    }
    return [.tensor(try Tensor(.bool, shape: []) { $0[0] = isThere })]
  }
}
