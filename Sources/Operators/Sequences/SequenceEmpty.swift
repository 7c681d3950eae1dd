import CNNGraphs
import CNNTensors

/// A sequence without elements.
package struct SequenceEmpty: Operator {
  package static let signature = OperatorSignature("SequenceEmpty", versions: [11], inputs: 0...0)

  /// The type of the tensors that it is for.
  package let elementType: ElementType

  package init(_ elementType: ElementType = .float32) { self.elementType = elementType }

  package init(from node: inout NodeReader) throws { elementType = try node.elementType("dtype") ?? .float32 }

  package func write(to node: inout NodeWriter) throws { node.set("dtype", elementType, unless: .float32) }

  package func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [InferredValue(.sequence(.tensor(elementType)))]
  }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [.sequence([], element: .tensor(elementType))]
  }
}
