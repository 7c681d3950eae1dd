import CNNGraphs
import CNNTensors

/// Picks blocks by index tuples: the last axis of indices holds tuples that address the first axes of data after
/// `batchDimensions` common ones. Result: `[…indices but the last axis, …axes of data that no tuple reaches]`.
public struct GatherND: Operator, PartialReader, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("GatherND", versions: [11, 12, 13], inputs: 2...2)

  /// How many first axes the two inputs share.
  public let batchDimensions: Int

  /// Makes the operator with these settings.
  public init(batchDimensions: Int = 0) { self.batchDimensions = batchDimensions }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    batchDimensions = node.version < 12 ? 0 : try node.int("batch_dims", default: 0)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if batchDimensions != 0 { try node.require(version: 12, for: "batch_dims") }
    node.set("batch_dims", batchDimensions, unless: 0)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let data = context.shape(0), let indices = context.shape(1), let width = indices.last?.value else {
      return [.tensor(context.elementType(0), nil)]
    }
    let reached = try reached(width, data.count, indices.count)
    return [.tensor(context.elementType(0), indices.dropLast() + data[reached...])]
  }

  package var arrayBytes: [Int: Int] { [1: 24] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (data, indices) = (try context.tensor(0), try context.tensor(1))
    guard let width = indices.shape.last else { throw OperatorError.rank(input: 1, expected: "1 or more", found: 0) }
    let reached = try reached(width, data.rank, indices.rank)
    guard data.shape[..<batchDimensions] == indices.shape[..<batchDimensions] else {
      throw OperatorError.invalid("shapes \(data.shape) and \(indices.shape) differ in their batch axes")
    }
    let shape = Array(indices.shape.dropLast() + data.shape[reached...])
    let block = data.shape[reached...].reduce(1, *)
    let tuples = indices.shape[batchDimensions...].dropLast().reduce(1, *)
    let starts = try context.integers(1).blockStarts(
      width: width, extents: Array(data.shape[batchDimensions..<reached]), blockSize: block)
    let batch = data.shape[batchDimensions...].reduce(1, *)
    return [
      .tensor(
        try data.gatheringBlocks(of: block, shape: shape) {
          (width == 0 ? 0 : starts[$0]) + $0 / max(tuples, 1) * batch
        })
    ]
  }

  /// The axis of data behind those that batch and tuples address.
  private func reached(_ width: Int, _ data: Int, _ indices: Int) throws -> Int {
    guard batchDimensions >= 0, batchDimensions < indices, batchDimensions <= data, width >= 0,
      width <= data - batchDimensions
    else {
      throw OperatorError.invalid(
        "tuples of \(width) and \(batchDimensions) batch axes for data of rank \(data), indices of rank \(indices)")
    }
    return batchDimensions + width
  }
}

extension Array where Element == Int {
  /// These index tuples of `width` as linear indices of blocks in a tensor whose first extents are `extents`.
  package func blockStarts(width: Int, extents: [Int], blockSize: Int) throws -> [Int] {
    guard width > 0 else { return [] }
    return try stride(from: 0, to: count, by: width).map { first in
      var linear = 0
      for (axis, extent) in extents.enumerated() {
        let index = self[first + axis]
        guard index >= -extent, index < extent else {
          throw OperatorError.invalid("index \(index) of axis \(axis) of \(extent)")
        }
        linear = linear * extent + index.wrapped(extent)
      }
      return linear * blockSize
    }
  }
}
