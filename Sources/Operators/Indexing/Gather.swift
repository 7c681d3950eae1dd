import CNNGraphs
import CNNTensors

/// Picks positions of one axis: result `[…before, …indices, …after]`. Inputs: data, indices (any shape; negative ones
/// count from the back).
public struct Gather: NonnegativeLinearOperator, PartialReader, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Gather", versions: [1, 11, 13], inputs: 2...2)

  /// The axis, negative ones counted from the back.
  public let axis: Int

  /// Makes the operator with these settings.
  public init(axis: Int = 0) { self.axis = axis }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { axis = try node.int("axis", default: 0) }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("axis", node.axis(axis), unless: 0) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let data = context.shape(0), let indices = context.shape(1) else {
      return [.tensor(context.elementType(0), nil)]
    }
    let axis = try axis.axis(ofRank: data.count)
    let shape = data[..<axis] + indices + data[(axis + 1)...]
    var contents: [Dimension]?
    if data.count == 1, let values = context.contents(0), let indices = context.integers(1) {
      contents = indices.compactMap {
        (-values.count..<values.count).contains($0) ? values[$0.wrapped(values.count)] : nil
      }
      if contents?.count != indices.count { contents = nil }
    }
    return [.tensor(context.elementType(0), Array(shape), contents: contents)]
  }

  package var arrayBytes: [Int: Int] { [1: 24] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (data, indices) = (try context.tensor(0), try context.tensor(1))
    let axis = try axis.axis(ofRank: data.rank)
    let extent = data.shape[axis]
    let positions = try context.integers(1).indices(in: extent)
    let block = data.shape[(axis + 1)...].reduce(1, *)
    let shape = Array(data.shape[..<axis] + indices.shape + data.shape[(axis + 1)...])
    if block == 1, data.count > 0 {
      // The outer axes as one: a table for each of the two is quicker than a division for each element.
      let outer = data.count / extent
      try Tensor.checkTables([outer])
      let rows = try data.reshaped([outer, extent]).gathered(along: [Array(0..<outer), positions])
      return [.tensor(try rows.reshaped(shape))]
    }
    let count = max(positions.count, 1)
    return [
      .tensor(
        try data.gatheringBlocks(of: block, shape: shape) { row in
          let (outer, index) = row.quotientAndRemainder(dividingBy: count)
          return (outer * extent + positions[index]) * block
        })
    ]
  }
}
