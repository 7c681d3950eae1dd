import CNNGraphs
import CNNTensors

/// The negated log-probability of each label's class, weighted. Inputs: log-probabilities `[N, C, …]`, labels `[N, …]`,
/// weights `[C]` (optional).
package struct NegativeLogLikelihoodLoss: Operator {
  package static let signature = OperatorSignature(
    "NegativeLogLikelihoodLoss", versions: [12, 13, 22], inputs: 2...3)

  /// How labels are weighted and summed up.
  package let loss: ClassificationLoss

  package init(from node: inout NodeReader) throws { loss = try ClassificationLoss(from: &node) }

  package init(loss: ClassificationLoss = ClassificationLoss()) { self.loss = loss }

  package func write(to node: inout NodeWriter) throws { loss.write(to: &node) }

  package func infer(_ context: InferenceContext) throws -> [InferredValue] { [loss.infer(context)] }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    let labels = try context.tensor(1)
    return [.tensor(try loss.evaluate(x, labels, try context.optionalTensor(2), x.elementType))]
  }
}
