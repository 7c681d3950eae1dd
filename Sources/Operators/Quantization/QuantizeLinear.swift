import CNNGraphs
import CNNTensors

/// `x / scale + zero point`, rounded to the nearest even integer and held within the type's range; for narrow
/// floating-point types rounded to the nearest value. Inputs: data, scale, zero point (optional). The scale is one
/// number, `[extent of axis]`, or, with a block size, the data's shape with one element for each block along the axis.
public struct QuantizeLinear: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature(
    "QuantizeLinear", versions: [10, 13, 19, 21, 23, 24, 25, 28], inputs: 2...3)

  /// The axis along which scales differ.
  public let axis: Int
  /// Elements along the axis that share a scale; 0 if each has its own.
  public let block: Int
  /// The result's type if no zero point determines it; `uint8` if it is `nil`.
  public let type: ElementType?
  /// The type in which data is divided by scale; `nil` for the wider one of both.
  public let precision: ElementType?
  /// True if numbers beyond an 8-bit floating-point type become its largest one.
  public let saturates: Bool

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    axis = try node.version < 13 ? 1 : node.int("axis", default: 1)
    saturates = try node.version < 19 || node.flag("saturate", default: true)
    block = try node.version < 21 ? 0 : node.int("block_size", default: 0)
    type = try node.version < 21 ? nil : node.elementType("output_dtype")
    precision = try node.version < 23 ? nil : node.elementType("precision")
    guard block >= 0 else { throw OperatorError.attribute("block_size", "\(block) is below 0") }
  }

  /// Makes the operator with these settings.
  public init(axis: Int = 1, block: Int = 0, type: ElementType? = nil, saturates: Bool = true) {
    (self.axis, self.block, self.type, self.saturates, precision) = (axis, block, type, saturates, nil)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    if axis != 1 { try node.require(version: 13, for: "a quantization axis") }
    if !saturates { try node.require(version: 19, for: "quantization that does not saturate") }
    if block != 0 || type != nil { try node.require(version: 21, for: "block_size or output_dtype") }
    if precision != nil { try node.require(version: 23, for: "precision") }
    node.set("axis", axis, unless: 1)
    node.set("saturate", saturates, unless: true)
    node.set("block_size", block, unless: 0)
    node.set("output_dtype", type)
    node.set("precision", precision)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    try context.requireGrid(axis: axis, block: block)
    if let type, let zero = context.elementType(2), zero != type {
      throw OperatorError.elementType(input: 2, found: zero)
    }
    return [.tensor(context.has(2) ? context.elementType(2) : type ?? .uint8, context.shape(0))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, scale, zero) = (try context.tensor(0), try context.tensor(1), try context.optionalTensor(2))
    let result = zero?.elementType ?? type ?? .uint8
    if let zero, let type, zero.elementType != type {
      throw OperatorError.elementType(input: 2, found: zero.elementType)
    }
    let offset = try zero ?? Tensor.filled(with: Tensor(scalar: Int8(0)), shape: scale.shape)
    guard offset.count == scale.count else {
      throw OperatorError.invalid("zero point of shape \(offset.shape) for a scale of shape \(scale.shape)")
    }
    let grid = try QuantizationGrid(x.shape, scale: scale.shape, axis: axis, block: block)
    let bounds = result.bounds(as: Double.self)
    let quotient = rounding(of: x.elementType, by: scale.elementType)
    let real = try x.withValues(as: Float.self) { data in
      try scale.withValues(as: Float.self) { scales in
        try offset.withValues(as: Float.self) { offsets in
          try Tensor(.float32, shape: x.shape) { (target: UnsafeMutableBufferPointer<Float>) in
            grid.forEachRun { start, length, index, step in
              for i in 0..<length {
                let value = quotient(data[start + i] / scales[index + i * step])
                let offset = offsets[index + i * step]
                if result.isFloatingPoint {
                  target[start + i] = value + offset
                } else {
                  let whole = Double(value.rounded(.toNearestOrEven)) + Double(offset)
                  target[start + i] = Float(Double.clamped(whole, bounds.low, bounds.high))
                }
              }
            }
          }
        }
      }
    }
    return [.tensor(try real.converted(to: result, saturating: saturates))]
  }

  /// How a quotient is rounded before it is shifted: to a half type if that is the precision.
  private func rounding(of data: ElementType, by scale: ElementType) -> (Float) -> Float {
    switch precision ?? (data == scale ? scale : .float32) {
    case .float16: { Float(Float16($0)) }
    case .bfloat16: { value in Minifloat(.bfloat16).map { $0.decode($0.encode(value)) } ?? value }
    default: { $0 }
    }
  }
}
