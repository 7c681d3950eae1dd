import CNNGraphs
import CNNTensors

/// The same bits read as another type of the same width.
public struct BitCast: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("BitCast", versions: [26], inputs: 1...1)

  /// The type of the result.
  public let type: ElementType

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { type = try node.require("to", node.elementType("to")) }

  /// Makes the operator with these settings.
  public init(to type: ElementType) { self.type = type }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("to", type) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { [.tensor(type, context.shape(0))] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let x = try context.tensor(0)
    guard x.elementType.bitWidth == type.bitWidth, type != .string else {
      throw OperatorError.invalid("the bits of \(x.elementType) cannot be read as \(type)")
    }
    return [.tensor(try x.reinterpreted(as: type))]
  }
}
