import CNNGraphs
import CNNTensors

/// A copy of data in which each update stands at its own position, except along `axis`, where its index counts.
/// Inputs: data, indices and updates of one shape.
public struct ScatterElements: Operator, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("ScatterElements", versions: [11, 13, 16, 18], inputs: 3...3)

  /// The axis, negative ones counted from the back.
  public let axis: Int
  /// What becomes of the element that was there.
  public let reduction: ScatterReduction

  /// Makes the operator with these settings.
  public init(axis: Int = 0, reduction: ScatterReduction = .none) { (self.axis, self.reduction) = (axis, reduction) }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    axis = try node.int("axis", default: 0)
    reduction = try .read(from: &node)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("axis", axis, unless: 0)
    try reduction.write(to: &node)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    if let indices = context.shape(1) { try context.require(2, shape: indices) }
    if let rank = context.shape(0)?.count { try context.require(1, rank: rank) }
    return [.tensor(context.elementType(0) ?? context.elementType(2), context.shape(0))]
  }

  package var arrayBytes: [Int: Int] { [1: 32] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (data, indices, updates) = (try context.tensor(0), try context.tensor(1), try context.tensor(2))
    guard indices.shape == updates.shape else {
      throw OperatorError.invalid("updates of shape \(updates.shape) for indices of shape \(indices.shape)")
    }
    let linear = try context.integers(1).elementIndices(shape: indices.shape, along: axis, in: data.shape)
    return [.tensor(try data.scattered(updates, at: linear, blockSize: 1, reduction))]
  }
}
