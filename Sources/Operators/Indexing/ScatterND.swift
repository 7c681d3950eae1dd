import CNNGraphs
import CNNTensors

/// A copy of data in which blocks are replaced by updates: the last axis of indices holds tuples that address the first
/// axes of data. Inputs: data, indices, updates `[…indices but the last axis, …axes of data that no tuple reaches]`.
public struct ScatterND: Operator, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("ScatterND", versions: [11, 13, 16, 18], inputs: 3...3)

  /// What becomes of the elements that were there.
  public let reduction: ScatterReduction

  /// Makes the operator with these settings.
  public init(reduction: ScatterReduction = .none) { self.reduction = reduction }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { reduction = try .read(from: &node) }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { try reduction.write(to: &node) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    if let data = context.shape(0), let indices = context.shape(1) {
      guard let width = indices.last, width.value ?? 0 <= data.count else {
        throw OperatorError.invalid("index tuples of shape \(indices) for data of rank \(data.count)")
      }
      if let width = width.value { try context.require(2, shape: indices.dropLast() + data[max(width, 0)...]) }
    }
    return [.tensor(context.elementType(0) ?? context.elementType(2), context.shape(0))]
  }

  package var arrayBytes: [Int: Int] { [1: 24] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (data, indices, updates) = (try context.tensor(0), try context.tensor(1), try context.tensor(2))
    guard let width = indices.shape.last, width <= data.rank else {
      throw OperatorError.invalid("index tuples of shape \(indices.shape) for data of rank \(data.rank)")
    }
    guard updates.shape == Array(indices.shape.dropLast() + data.shape[width...]) else {
      throw OperatorError.invalid(
        "updates of shape \(updates.shape) for data of shape \(data.shape) and indices of shape \(indices.shape)")
    }
    if updates.count == 0 { return [.tensor(data)] }
    let block = data.shape[width...].reduce(1, *)
    let starts =
      width == 0
      ? Array(repeating: 0, count: updates.count / block)
      : try context.integers(1).blockStarts(width: width, extents: Array(data.shape[..<width]), blockSize: block)
    return [.tensor(try data.scattered(updates, at: starts, blockSize: block, reduction))]
  }
}
