import CNNGraphs
import CNNTensors

/// A value that may be there: the input, or nothing if there is none.
public struct OptionalConstruct: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Optional", versions: [15, 28], inputs: 0...1)

  /// The type of what is not there.
  public let type: ValueType?

  /// Makes the operator with these settings.
  public init(type: ValueType? = nil) { self.type = type }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { type = try node.type("type") }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { if let type { node.set("type", .type(type)) } }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [InferredValue(.optional(context.has(0) ? context.type(0) : type ?? .unknown))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [context.inputs.first.flatMap { $0 } ?? RuntimeValue.none]
  }
}
