import CNNGraphs
import CNNTensors

/// The negated log-probability of each label's class, weighted. Inputs: log-probabilities `[N, C, …]`, labels `[N, …]`,
/// weights `[C]` (optional).
public struct NegativeLogLikelihoodLoss: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "NegativeLogLikelihoodLoss", versions: [12, 13, 22], inputs: 2...3)

  /// How labels are weighted and summed up.
  public let loss: ClassificationLoss

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { loss = try ClassificationLoss(from: &node) }

  /// Makes the operator with these settings.
  public init(loss: ClassificationLoss = ClassificationLoss()) { self.loss = loss }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { loss.write(to: &node) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { [try loss.infer(context)] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    let labels = try context.tensor(1)
    return [.tensor(try loss.evaluate(x, labels, try context.optionalTensor(2), x.elementType))]
  }
}
