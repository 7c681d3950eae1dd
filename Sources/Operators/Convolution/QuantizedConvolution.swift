import CNNGraphs
import CNNTensors

/// Convolution of quantised operands, quantised again: `((x - zx) ∗ (w - zw) + bias) · sx · sw / sy + zy`. Inputs: x, its
/// scale and zero point, the weights, their scales and zero points (one for all or for each filter), the result's scale
/// and zero point, and a bias `[M]` of type `int32` that may be left out.
public struct QuantizedConvolution: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("QLinearConv", versions: [10], inputs: 8...9)

  /// Kernel, strides, dilations and padding.
  public var window: SpatialWindow
  /// How many groups of channels see nothing of one another.
  public var groups: Int

  /// Reads the attributes.
  public init(from node: inout NodeReader) throws {
    window = try SpatialWindow(from: &node)
    groups = try node.groups()
  }

  /// Makes the operator with these settings.
  public init(window: SpatialWindow = SpatialWindow(), groups: Int = 1) {
    (self.window, self.groups) = (window, groups)
  }

  /// Writes the attributes.
  public func write(to node: inout NodeWriter) throws {
    try window.write(to: &node)
    node.set("group", groups, unless: 1)
  }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    let shape = try ConvolutionGeometry.infer(
      input: context.shape(0), weights: context.shape(3), groups: groups, window: window)
    let filters = context.shape(3)?[0] ?? .unknown
    for index in [1, 6, 7] { try context.require(index, count: 1) }
    try context.require(2, along: .columns, of: 0)
    try context.require(5, along: .filters, of: 3)
    if context.elementCount(4) != 1 { try context.require(4, count: filters) }
    try context.require(8, shape: [filters])
    return [.tensor(context.elementType(7), shape)]
  }

  /// Multiplications followed by an addition that one run takes.
  public func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int? {
    guard inputs.count > 3, let output = outputs.first else { return nil }
    return ConvolutionGeometry.multiplyAccumulates(weights: inputs[3], output: output)
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, weights) = (try context.tensor(0), try context.tensor(3))
    func scale(_ index: Int) throws -> Float {
      let tensor = try context.tensor(index)
      guard tensor.count == 1, let value = try tensor.values(as: Float.self).first else {
        throw OperatorError.input(index, expected: "one number")
      }
      return value
    }
    let sums = try QuantizedOperand.convolve(
      x.centered(at: try context.tensor(2), along: .columns),
      weights.centered(at: try context.tensor(5), along: .filters), bias: try context.optionalTensor(8),
      groups: groups, window: window)
    let (scaleX, scaleY) = (try scale(1), try scale(6))
    let scales = try context.tensor(4)
    let factors = try scales.converted(to: .float32).mapValues(as: Float.self) { scaleX * $0 / scaleY }
    let shape = scales.count == 1 ? [] : [scales.count] + Array(repeating: 1, count: x.rank - 2)
    return [.tensor(try sums.quantized(by: factors.reshaped(shape), zeroPoint: try context.tensor(7)))]
  }
}
