import CNNGraphs
import CNNTensors

/// A value that may be there: the input, or nothing where there is none.
package struct OptionalConstruct: Operator {
  package static let signature = OperatorSignature("Optional", versions: [15, 28], inputs: 0...1)

  /// The type of what is not there.
  package let type: ValueType?

  package init(type: ValueType? = nil) { self.type = type }

  package init(from node: inout NodeReader) throws { type = try node.type("type") }

  package func write(to node: inout NodeWriter) throws { if let type { node.set("type", .type(type)) } }

  package func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [InferredValue(.optional(context.has(0) ? context.type(0) : type ?? .unknown))]
  }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [context.inputs.first.flatMap { $0 } ?? RuntimeValue.none]
  }
}
