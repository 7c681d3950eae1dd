import CNNGraphs
import CNNTensors

/// The negative log-likelihood of labels under the softmax of scores along axis 1. Inputs: scores `[N, C, …]`, labels
/// `[N, …]`, weights `[C]` (optional). Outputs: loss, log-probabilities.
public struct SoftmaxCrossEntropyLoss: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "SoftmaxCrossEntropyLoss", versions: [12, 13], inputs: 2...3, outputs: 1...2)

  /// How labels are weighted and summed up.
  public let loss: ClassificationLoss

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { loss = try ClassificationLoss(from: &node) }

  /// Makes the operator with these settings.
  public init(loss: ClassificationLoss = ClassificationLoss()) { self.loss = loss }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { loss.write(to: &node) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    Array([try loss.infer(context), InferredValue(context.type(0))].prefix(context.outputCount))
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, labels) = (try context.tensor(0), try context.tensor(1))
    guard x.rank >= 2 else { throw OperatorError.rank(input: 0, expected: "2 or more", found: x.rank) }
    let wide = try x.elementType == .float64 ? x : x.converted(to: .float32)
    let softmax = EvaluationContext(inputs: [.tensor(wide)])
    guard let scores = try LogSoftmax(axis: 1).evaluate(softmax).first?.tensor else { return [] }
    let result = try loss.evaluate(scores, labels, try context.optionalTensor(2), x.elementType)
    return [.tensor(result), .tensor(try scores.converted(to: x.elementType))]
  }
}
