import CNNGraphs
import CNNTensors

/// Each bit of an integer turned over.
package struct BitwiseNot: PlainOperator {
  package static let signature = OperatorSignature("BitwiseNot", versions: [18], inputs: 1...1)

  package init() {}

  package func infer(_ context: InferenceContext) throws -> [InferredValue] { [InferredValue(context.type(0))] }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    guard x.elementType.isInteger else { throw OperatorError.elementType(input: 0, found: x.elementType) }
    return [.tensor(try x.mapValues(as: UInt64.self) { ~$0 })]
  }
}
