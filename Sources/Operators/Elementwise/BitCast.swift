import CNNGraphs
import CNNTensors

/// The same bits read as another type of the same width.
package struct BitCast: Operator {
  package static let signature = OperatorSignature("BitCast", versions: [26], inputs: 1...1)

  /// The type of the result.
  package let type: ElementType

  package init(from node: inout NodeReader) throws { type = try node.require("to", node.elementType("to")) }

  package init(to type: ElementType) { self.type = type }

  package func write(to node: inout NodeWriter) throws { node.set("to", type) }

  package func infer(_ context: InferenceContext) throws -> [InferredValue] { [.tensor(type, context.shape(0))] }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    guard x.elementType.bitWidth == type.bitWidth, type != .string else {
      throw OperatorError.invalid("the bits of \(x.elementType) cannot be read as \(type)")
    }
    return [.tensor(try x.reinterpreted(as: type))]
  }
}
