import CNNGraphs
import CNNTensors

/// Convolution of 8-bit integers in `int32`, the zero points of input and weights (which may be left out) taken away
/// first; the weights may have one for each filter. Padding stands for the input's zero point.
public struct IntegerConvolution: Operator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("ConvInteger", versions: [10], inputs: 2...4)

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
      input: context.shape(0), weights: context.shape(1), groups: groups, window: window)
    try context.require(2, along: .columns, of: 0)
    try context.require(3, along: .filters, of: 1)
    return [.tensor(.int32, shape)]
  }

  /// Multiplications followed by an addition that one run takes.
  public func multiplyAccumulates(inputs: [ValueType?], outputs: [ValueType?]) -> Int? {
    guard inputs.count > 1, let output = outputs.first else { return nil }
    return ConvolutionGeometry.multiplyAccumulates(weights: inputs[1], output: output)
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let (x, weights) = (try context.tensor(0), try context.tensor(1))
    for (index, tensor) in [x, weights].enumerated() where !tensor.elementType.isInteger {
      throw OperatorError.elementType(input: index, found: tensor.elementType)
    }
    let result = try QuantizedOperand.convolve(
      x.centered(at: try context.optionalTensor(2), along: .columns),
      weights.centered(at: try context.optionalTensor(3), along: .filters), bias: nil, groups: groups, window: window)
    return [.tensor(try result.converted(to: .int32))]
  }
}

extension QuantizedOperand {
  /// The convolution of two `float64` tensors.
  package static func convolve(
    _ x: Tensor, _ weights: Tensor, bias: Tensor?, groups: Int, window: SpatialWindow
  ) throws -> Tensor {
    let geometry = try ConvolutionGeometry(input: x.shape, weights: weights.shape, groups: groups, window: window)
    if let bias, bias.shape != [weights.shape[0]] {
      throw OperatorError.invalid("a bias of shape \(bias.shape) for \(weights.shape[0]) output channels")
    }
    return try x.withElements(as: Double.self) { input in
      try weights.withMatrix(as: Double.self) { matrix in
        try withOptionalValues(bias, as: Double.self) { bias in
          try Tensor(.float64, shape: geometry.outputShape) { (output: UnsafeMutableBufferPointer<Double>) in
            guard let target = output.baseAddress, !output.isEmpty else { return }
            try ConvolutionKernel<Double>(geometry).run(
              input: input.start, weights: matrix, bias: bias?.baseAddress, into: target)
          }
        }
      }
    }
  }
}
