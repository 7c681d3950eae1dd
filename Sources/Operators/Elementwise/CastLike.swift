import CNNGraphs
import CNNTensors

/// The first input converted to the second one's element type.
public struct CastLike: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("CastLike", versions: [15, 19, 21, 23, 24, 25], inputs: 2...2)

  /// How values beyond the type's range and between its values are treated.
  public let rounding: CastRounding

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { rounding = try CastRounding(from: &node) }

  /// Makes the operator with these settings.
  public init(rounding: CastRounding = CastRounding()) { self.rounding = rounding }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { try rounding.write(to: &node) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let type = context.elementType(1) else { return [.tensor(nil, context.shape(0))] }
    return [Cast(to: type).inferred(context)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [.tensor(try context.tensor(0).cast(to: try context.tensor(1).elementType, rounding))]
  }
}
