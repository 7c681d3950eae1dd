import CNNGraphs
import CNNTensors

/// What ``ScatterElements`` was called in operator sets 9 and 10.
public struct Scatter: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Scatter", versions: [9, 11], inputs: 3...3)

  let successor: ScatterElements

  /// Makes the operator with this axis.
  public init(axis: Int = 0) { successor = ScatterElements(axis: axis) }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    successor = ScatterElements(axis: try node.int("axis", default: 0))
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("axis", successor.axis, unless: 0) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] { try successor.infer(context) }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] { try successor.evaluate(context) }
}
