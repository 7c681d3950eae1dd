import CNNGraphs
import CNNTensors

/// The first input converted to the second one's element type.
package struct CastLike: Operator {
  package static let signature = OperatorSignature("CastLike", versions: [15, 19, 21, 23, 24, 25], inputs: 2...2)

  /// How values beyond the type's range and between its values are treated.
  package let rounding: CastRounding

  package init(from node: inout NodeReader) throws { rounding = try CastRounding(from: &node) }

  package init(rounding: CastRounding = CastRounding()) { self.rounding = rounding }

  package func write(to node: inout NodeWriter) throws { try rounding.write(to: &node) }

  package func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let type = context.elementType(1) else { return [.tensor(nil, context.shape(0))] }
    return [Cast(to: type).inferred(context)]
  }

  package func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    [.tensor(try context.tensor(0).cast(to: try context.tensor(1).elementType, rounding))]
  }
}
