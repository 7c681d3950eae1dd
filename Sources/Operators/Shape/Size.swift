import CNNGraphs
import CNNTensors

/// The number of the input's elements, an `int64` of rank 0.
public struct Size: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Size", versions: [1, 13, 19, 21, 23, 24, 25], inputs: 1...1)

  /// Makes the operator.
  public init() {}

  /// Reads the attributes.
  public init(from node: inout NodeReader) {}

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let count = context.shape(0)?.folded ?? .unknown
    return [.tensor(.int64, [], contents: count == .unknown ? nil : [count])]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [.tensor(try Tensor(scalar: Int64(context.tensor(0).count)))]
  }
}
