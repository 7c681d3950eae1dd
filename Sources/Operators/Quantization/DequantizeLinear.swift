import CNNGraphs
import CNNTensors

/// `(x - zero point) · scale`. Inputs: data, scale, zero point (optional); the scale is one number, `[extent of axis]`,
/// or, with a block size, the data's shape with one element for each block along the axis.
public struct DequantizeLinear: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "DequantizeLinear", versions: [10, 13, 19, 21, 23, 24, 25, 28], inputs: 2...3)

  /// The axis along which scales differ.
  public let axis: Int
  /// Elements along the axis that share a scale; 0 if each has its own.
  public let block: Int
  /// The result's type; the scale's if it is `nil`.
  public let type: ElementType?

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    axis = try node.version < 13 ? 1 : node.int("axis", default: 1)
    block = try node.version < 21 ? 0 : node.int("block_size", default: 0)
    type = try node.version < 23 ? nil : node.elementType("output_dtype")
    guard block >= 0 else { throw OperatorError.attribute("block_size", "\(block) is below 0") }
  }

  /// Makes the operator with these settings.
  public init(axis: Int = 1, block: Int = 0, type: ElementType? = nil) {
    (self.axis, self.block, self.type) = (axis, block, type)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if axis != 1 { try node.require(version: 13, for: "a quantization axis") }
    if block != 0 { try node.require(version: 21, for: "block_size") }
    if type != nil { try node.require(version: 23, for: "output_dtype") }
    node.set("axis", axis, unless: 1)
    node.set("block_size", block, unless: 0)
    node.set("output_dtype", type)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.requireGrid(axis: axis, block: block)
    return [.tensor(type ?? context.elementType(1), context.shape(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, scale, zero) = (try context.tensor(0), try context.tensor(1), try context.optionalTensor(2))
    let offset = try zero ?? Tensor.filled(with: Tensor(scalar: Int8(0)), shape: scale.shape)
    guard offset.count == scale.count else {
      throw OperatorError.invalid("zero point of shape \(offset.shape) for a scale of shape \(scale.shape)")
    }
    let grid = try QuantizationGrid(x.shape, scale: scale.shape, axis: axis, block: block)
    let result = type ?? scale.elementType
    // Up to 16 bits the difference is exact in `Float`.
    let isWide = x.elementType.bitWidth > 16 || result == .float64
    return [
      .tensor(
        try isWide
          ? restore(x, scale, offset, grid, result, Double.self)
          : restore(x, scale, offset, grid, result, Float.self))
    ]
  }

  @inline(__always)
  private func restore<T: FloatingScalar>(
    _ x: Tensor, _ scale: Tensor, _ offset: Tensor, _ grid: QuantizationGrid, _ result: ElementType, _: T.Type
  ) throws -> Tensor {
    try x.withValues(as: T.self) { data in
      try scale.withValues(as: T.self) { scales in
        try offset.withValues(as: T.self) { offsets in
          try Tensor(result, shape: x.shape) { (target: UnsafeMutableBufferPointer<T>) in
            grid.forEachRun { start, length, index, step in
              for i in 0..<length {
                target[start + i] = (data[start + i] - offsets[index + i * step]) * scales[index + i * step]
              }
            }
          }
        }
      }
    }
  }
}
