import CNNGraphs
import CNNTensors

/// The input itself: a tensor, a sequence or an optional.
package struct Identity: PlainOperator, NonnegativeLinearOperator {
  package static let signature = OperatorSignature(
    "Identity", versions: [1, 13, 14, 16, 19, 21, 23, 24, 25], inputs: 1...1)

  package init() {}

  package func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [context.inputs.first.flatMap(\.self) ?? .unknown]
  }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] { [try context.input(0)] }
}
