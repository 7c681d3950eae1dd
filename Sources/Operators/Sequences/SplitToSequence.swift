import CNNGraphs
import CNNTensors

/// Cuts the input along one axis into a sequence. Inputs: data, and the extent of all parts but a shorter last one (one
/// number), or the extents of the parts `[count]`; without them each part is one position.
public struct SplitToSequence: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("SplitToSequence", versions: [11, 24], inputs: 1...2)

  /// The axis, negative ones counted from the back.
  public let axis: Int
  /// False to take the axis away if each part is one position of it.
  public let keepsAxis: Bool

  /// Makes the operator with these settings.
  public init(axis: Int = 0, keepsAxis: Bool = true) { (self.axis, self.keepsAxis) = (axis, keepsAxis) }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    axis = try node.int("axis", default: 0)
    keepsAxis = try node.flag("keepdims", default: true)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    node.set("axis", axis, unless: 0)
    node.set("keepdims", keepsAxis, unless: true)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard var shape = context.shape(0) else { return [InferredValue(.sequence(.tensor(context.elementType(0))))] }
    let axis = try axis.axis(ofRank: shape.count)
    if context.has(1) {
      shape[axis] = .unknown
    } else if keepsAxis {
      shape[axis] = 1
    } else {
      shape.remove(at: axis)
    }
    return [InferredValue(.sequence(.tensor(context.elementType(0), shape)))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    let axis = try axis.axis(ofRank: data.rank)
    let extent = data.shape[axis]
    let split = try context.optionalTensor(1)
    var parts = try context.optionalIntegers(1) ?? []
    if split?.rank ?? 0 == 0 {
      let part = parts.first ?? 1
      guard part > 0 else { throw OperatorError.invalid("parts of \(part)") }
      let count = extent / part + (extent % part == 0 ? 0 : 1)
      guard count <= 1 << 22 else { throw OperatorError.limit("a sequence of \(count) parts") }
      parts = (0..<count).map { min(part, extent - $0 * part) }
    }
    var tensors = try data.split(into: parts, along: axis)
    if split == nil && !keepsAxis {
      var shape = data.shape
      shape.remove(at: axis)
      tensors = try tensors.map { try $0.reshaped(shape) }
    }
    return [.sequence(tensors.map(RuntimeValue.tensor), element: .tensor(data.elementType))]
  }
}
