import CNNGraphs
import CNNTensors

/// For each index an axis of `depth` elements: the "on" value where the index points, the "off" value elsewhere, and
/// everywhere for an index out of range. Inputs: indices, depth (one number), values `[off, on]`.
public struct OneHot: Operator, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("OneHot", versions: [9, 11, 28], inputs: 3...3)

  /// Where the new axis stands, negative ones counted from the back of the result.
  public let axis: Int

  /// Makes the operator with these settings.
  public init(axis: Int = -1) { self.axis = axis }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { axis = try node.int("axis", default: -1) }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("axis", axis, unless: -1) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.require(2, count: 2)
    guard var shape = context.shape(0) else { return [.tensor(context.elementType(2), nil)] }
    var depth = context.contents(1)?.first ?? .unknown
    if depth == .unknown, let constant = try? context.constant(1)?.values(as: Int64.self).first {
      depth = .fixed(Int(constant))
    }
    if let value = depth.value, value < 0 { throw OperatorError.invalid("a depth of \(value)") }
    shape.insert(depth, at: try axis.axis(ofRank: shape.count + 1))
    return [.tensor(context.elementType(2), shape)]
  }

  package var arrayBytes: [Int: Int] { [0: 24] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (indices, values) = (try context.tensor(0), try context.tensor(2))
    guard let depth = try context.tensor(1).values(as: Int64.self).first.map(Int.init), values.count == 2 else {
      throw OperatorError.input(1, expected: "a depth")
    }
    let axis = try axis.axis(ofRank: indices.rank + 1)
    var shape = indices.shape
    shape.insert(depth, at: axis)
    _ = try Tensor.elementCount(of: shape, values.elementType)
    let inner = indices.shape[axis...].reduce(1, *)
    let hot = try indices.values(as: Int64.self).map { index in
      index >= -Int64(depth) && index < depth ? Int(index).wrapped(depth) : -1
    }
    return [
      .tensor(
        try values.gatheringBlocks(of: 1, shape: shape) { element in
          let (outer, rest) = element.quotientAndRemainder(dividingBy: inner * depth)
          let (position, column) = rest.quotientAndRemainder(dividingBy: inner)
          return hot[outer * inner + column] == position ? 1 : 0
        })
    ]
  }
}
