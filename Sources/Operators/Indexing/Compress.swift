import CNNGraphs
import CNNTensors

/// The positions of an axis for which a condition is true; without an axis, of all elements in order. Inputs: data,
/// condition `[count]`, which may be shorter than the axis.
public struct Compress: Operator, ArrayReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Compress", versions: [9, 11, 28], inputs: 2...2)

  /// The axis, negative ones counted from the back; `nil` for the flattened data.
  public let axis: Int?

  /// Makes the operator with these settings.
  public init(axis: Int? = nil) { self.axis = axis }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { axis = try node.int("axis") }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { if let axis { node.set("axis", axis) } }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard let axis else { return [.tensor(context.elementType(0), [.unknown])] }
    guard var shape = context.shape(0) else { return [.tensor(context.elementType(0), nil)] }
    shape[try axis.axis(ofRank: shape.count)] = .unknown
    return [.tensor(context.elementType(0), shape)]
  }

  package var arrayBytes: [Int: Int] { [1: 24] }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let input = try context.tensor(0)
    let data = axis == nil ? try input.reshaped([input.count]) : input
    let axis = try (axis ?? 0).axis(ofRank: data.rank)
    let kept = try context.tensor(1).nonZeroIndices()
    let extent = data.shape[axis]
    guard kept.last ?? -1 < extent else {
      throw OperatorError.invalid("position \(kept.last ?? 0) is chosen of an axis of \(extent)")
    }
    var shape = data.shape
    shape[axis] = kept.count
    let block = data.shape[(axis + 1)...].reduce(1, *)
    return [
      .tensor(
        try data.gatheringBlocks(of: block, shape: shape) { row in
          (row / kept.count * extent + kept[row % kept.count]) * block
        })
    ]
  }
}
