import CNNGraphs
import CNNTensors

/// The input's extents, those from `start` to `end` (exclusive; negative ones count from the back) as `int64`.
public struct Shape: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Shape", versions: [1, 13, 15, 19, 21, 23, 24, 25], inputs: 1...1)

  /// The first axis.
  public let start: Int
  /// The axis to stop before; `nil` stands for the rank.
  public let end: Int?

  /// Makes the operator with these settings.
  public init(start: Int = 0, end: Int? = nil) { (self.start, self.end) = (start, end) }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    (start, end) = node.version < 15 ? (0, nil) : (try node.int("start", default: 0), try node.int("end"))
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    guard start != 0 || end != nil else { return }
    try node.require(version: 15, for: "a part of the shape")
    node.set("start", start, unless: 0)
    if let end { node.set("end", end) }
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let shape = context.shape(0) else { return [.tensor(.int64, [.unknown])] }
    let part = Array(shape[axes(ofRank: shape.count)])
    return [.tensor(.int64, [.fixed(part.count)], contents: part)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let shape = try context.tensor(0).shape
    let part = shape[axes(ofRank: shape.count)].map(Int64.init)
    return [.tensor(try Tensor(part, shape: [part.count]))]
  }

  private func axes(ofRank rank: Int) -> Range<Int> {
    func clamped(_ axis: Int) -> Int { min(max(axis < 0 ? axis + rank : axis, 0), rank) }
    let first = clamped(start)
    return first..<max(first, clamped(end ?? rank))
  }
}
