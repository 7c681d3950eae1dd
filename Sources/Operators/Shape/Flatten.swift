import CNNGraphs
import CNNTensors

/// Two axes: those before `axis` become one, those from it on the other.
public struct Flatten: NonnegativeLinearOperator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Flatten", versions: [1, 9, 11, 13, 21, 23, 24, 25], inputs: 1...1)

  /// Where the second axis begins, from `-rank` to `rank`.
  public let axis: Int

  /// Makes the operator with these settings.
  public init(axis: Int = 1) { self.axis = axis }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { axis = try node.int("axis", default: 1) }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    let axis = node.axis(axis)
    if axis < 0 { try node.require(version: 11, for: "a negative axis") }
    node.set("axis", axis, unless: 1)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.shape(0) else { return [.tensor(context.elementType(0), [.unknown, .unknown])] }
    let axis = try firstFlattened(inRank: shape.count)
    return [.tensor(context.elementType(0), [Array(shape[..<axis]).folded, Array(shape[axis...]).folded])]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    let axis = try firstFlattened(inRank: data.rank)
    return [.tensor(try data.reshaped([data.shape[..<axis].reduce(1, *), data.shape[axis...].reduce(1, *)]))]
  }

  private func firstFlattened(inRank rank: Int) throws -> Int {
    guard axis >= -rank, axis <= rank else { throw OperatorError.attribute("axis", "\(axis) for a rank of \(rank)") }
    return axis < 0 ? axis + rank : axis
  }
}
