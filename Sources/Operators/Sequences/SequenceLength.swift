import CNNGraphs
import CNNTensors

/// The number of a sequence's elements, an `int64` of rank 0.
package struct SequenceLength: Operator {
  package static let signature = OperatorSignature("SequenceLength", versions: [11], inputs: 1...1)

  package init() {}

  package init(from node: inout NodeReader) {}

  package func infer(_ context: InferenceContext) throws -> [InferredValue] { [.tensor(.int64, [])] }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [.tensor(try Tensor(scalar: Int64(context.sequence(0).values.count)))]
  }
}
