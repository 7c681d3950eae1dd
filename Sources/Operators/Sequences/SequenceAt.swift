import CNNGraphs
import CNNTensors

/// One element of a sequence. Inputs: sequence, position (negative ones count from the back).
package struct SequenceAt: Operator {
  package static let signature = OperatorSignature("SequenceAt", versions: [11], inputs: 2...2)

  package init() {}

  package init(from node: inout NodeReader) {}

  package func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [InferredValue(context.sequenceElement(0))]
  }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let values = try context.sequence(0).values
    return [values[try context.position(1, among: values.count)]]
  }
}
