import CNNGraphs
import CNNTensors

/// Cuts or pads (with zeros) to a shape, keeping the middle. Inputs: data, extents `[axes]`. What is odd goes to the
/// end.
public struct CenterCropPad: Operator, PartialReader {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("CenterCropPad", versions: [18], inputs: 2...2)

  /// The axes that the extents are for; `nil` for all.
  public let axes: [Int]?

  /// Makes the operator with these settings.
  public init(axes: [Int]? = nil) { self.axes = axes }

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws { axes = try node.ints("axes") }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws { node.set("axes", axes) }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    guard var shape = context.shape(0) else { return [.tensor(context.elementType(0), nil)] }
    let axes = try (axes ?? Array(shape.indices)).axes(ofRank: shape.count)
    if let extents = context.elementCount(1), extents != axes.count {
      throw OperatorError.invalid("\(extents) extents for \(axes.count) axes")
    }
    let extents = context.contents(1)
    for (index, axis) in axes.enumerated() {
      shape[axis] = extents.flatMap { index < $0.count ? $0[index] : nil } ?? .unknown
      if let value = shape[axis].value, value < 0 { throw OperatorError.invalid("extent \(value)") }
    }
    return [.tensor(context.elementType(0), shape)]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let data = try context.tensor(0)
    let extents = try context.integers(1)
    let axes = try (axes ?? Array(data.shape.indices)).axes(ofRank: data.rank)
    guard extents.count == axes.count else {
      throw OperatorError.invalid("\(extents.count) extents for \(axes.count) axes")
    }
    var shape = data.shape
    for (axis, extent) in zip(axes, extents) { shape[axis] = extent }
    _ = try Tensor.elementCount(of: shape, data.elementType)
    let before = zip(shape, data.shape).map { new, old in new >= old ? (new - old) / 2 : -((old - new) / 2) }
    return [.tensor(try data.padded(before: before, shape: shape))]
  }
}
