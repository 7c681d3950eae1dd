import CNNGraphs
import CNNTensors

/// A sequence without elements.
public struct SequenceEmpty: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("SequenceEmpty", versions: [11], inputs: 0...0)

  /// The type of the tensors that it is for.
  public let elementType: ElementType

  /// Makes the operator with these settings.
  public init(_ elementType: ElementType = .float32) { self.elementType = elementType }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { elementType = try node.elementType("dtype") ?? .float32 }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("dtype", elementType, unless: .float32) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [InferredValue(.sequence(.tensor(elementType)))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [.sequence([], element: .tensor(elementType))]
  }
}
