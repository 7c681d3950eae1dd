import CNNGraphs
import CNNTensors

/// For each index the element of its own position in data, except along `axis`, where the index counts. Inputs:
/// data, indices of the same rank.
public struct GatherElements: Operator, PartialReader, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("GatherElements", versions: [11, 13], inputs: 2...2)

  /// The axis, negative ones counted from the back.
  public let axis: Int

  /// Makes the operator with these settings.
  public init(axis: Int = 0) { self.axis = axis }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { axis = try node.int("axis", default: 0) }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("axis", axis, unless: 0) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    if let rank = context.shape(0)?.count { try context.require(1, rank: rank) }
    return [.tensor(context.elementType(0), context.shape(1))]
  }

  package var arrayBytes: [Int: Int] { [1: 32] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (data, indices) = (try context.tensor(0), try context.tensor(1))
    let linear = try context.integers(1).elementIndices(shape: indices.shape, along: axis, in: data.shape)
    return [.tensor(try data.gathered(linear, shape: indices.shape))]
  }
}

extension Array where Element == Int {
  /// These indices, which lie in a tensor of `shape`, as linear indices in a tensor of shape `data`: the index counts
  /// along `axis`, its own position along the other axes.
  package func elementIndices(shape: [Int], along axis: Int, in data: [Int]) throws -> [Int] {
    guard shape.count == data.count else {
      throw OperatorError.rank(input: 1, expected: "\(data.count)", found: shape.count)
    }
    let axis = try axis.axis(ofRank: data.count)
    for other in shape.indices where other != axis && shape[other] > data[other] && !isEmpty {
      throw OperatorError.invalid("indices of shape \(shape) reach beyond data of shape \(data)")
    }
    if isEmpty { return [] }
    var strides = data.strides
    let step = strides[axis]
    strides[axis] = 0
    var linear = try Tensor.linearIndices(shape: shape, strides: strides)
    for (element, index) in try self.indices(in: data[axis]).enumerated() { linear[element] += index * step }
    return linear
  }
}
