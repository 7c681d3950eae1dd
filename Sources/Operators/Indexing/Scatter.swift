import CNNGraphs
import CNNTensors

/// What ``ScatterElements`` was called in operator sets 9 and 10.
package struct Scatter: Operator {
  package static let signature = OperatorSignature("Scatter", versions: [9, 11], inputs: 3...3)

  private let successor: ScatterElements

  package init(from node: inout NodeReader) throws {
    successor = ScatterElements(axis: try node.int("axis", default: 0))
  }

  package func write(to node: inout NodeWriter) throws { node.set("axis", successor.axis, unless: 0) }

  package func infer(_ context: InferenceContext) throws -> [InferredValue] { try successor.infer(context) }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] { try successor.evaluate(context) }
}
