import CNNGraphs
import CNNOperators
import CNNTensors

/// Layers with stored weights. A layer's `name` is its node's and its result's.
extension GraphSketch {
  /// A convolution of `inputs` by `outputs` channels; results are about as large as three times the input.
  package mutating func convolution(
    _ x: ValueID, _ inputs: Int, _ outputs: Int, kernel: [Int], window: SpatialWindow = SpatialWindow(),
    groups: Int = 1, bias: Bool = false, name: String = ""
  ) throws -> ValueID {
    let shape = [outputs, inputs / groups] + kernel
    let parameters = try parameters(shape, depth: shape.dropFirst().reduce(1, *), bias: bias ? outputs : nil, name)
    return try named(Convolution(window: window, groups: groups), [x] + parameters, name)
  }

  /// A transposed convolution of `inputs` by `outputs` channels.
  package mutating func transposedConvolution(
    _ x: ValueID, _ inputs: Int, _ outputs: Int, kernel: [Int], window: SpatialWindow = SpatialWindow(),
    groups: Int = 1, bias: Bool = false, name: String = ""
  ) throws -> ValueID {
    let shape = [inputs, outputs / groups] + kernel
    let depth = inputs / groups * kernel.reduce(1, *)
    let parameters = try parameters(shape, depth: depth, bias: bias ? outputs : nil, name)
    return try named(TransposedConvolution(window: window, groups: groups), [x] + parameters, name)
  }

  /// A linear layer as PyTorch stores it.
  package mutating func linear(
    _ x: ValueID, _ inputs: Int, _ outputs: Int, bias: Bool = true, name: String = ""
  ) throws -> ValueID {
    let parameters = try parameters([outputs, inputs], depth: inputs, bias: bias ? outputs : nil, name)
    return try named(GeneralMatrixMultiplication(transposesB: true), [x] + parameters, name)
  }

  /// A normalization with statistics unlike 0 and 1; its factors are above zero, or of both signs.
  package mutating func normalization(
    _ x: ValueID, _ channels: Int, epsilon: Float = 1e-5, positive: Bool = false, name: String = ""
  ) throws -> ValueID {
    let numbers = (0..<channels).map { Float(($0 * 37 + 11) % 29) / 29 }
    let gamma =
      positive
      ? constant(try Tensor(numbers.map { 0.3 + $0 }, shape: [channels]), "\(name).weight")
      : try weights([channels], "\(name).weight")
    let operands = [
      x, gamma, try weights([channels], "\(name).bias"), try weights([channels], "\(name).running_mean"),
      constant(try Tensor(numbers.map { 0.5 + $0 }, shape: [channels]), "\(name).running_var"),
    ]
    return try named(BatchNormalization(epsilon: epsilon), operands, name)
  }

  /// Weights of which `depth` go into each sum, and a bias of so many numbers, or none.
  private mutating func parameters(_ shape: [Int], depth: Int, bias: Int?, _ name: String) throws -> [ValueID?] {
    [
      try weights(shape, scale: 3 / Double(max(depth, 1)).squareRoot(), "\(name).weight"),
      try bias.map { try weights([$0], "\(name).bias") },
    ]
  }
}

extension SpatialWindow {
  /// A window with the same padding on all four sides.
  package static func padded(_ pad: Int, stride: Int = 1) -> SpatialWindow {
    SpatialWindow(strides: [stride, stride], pads: [pad, pad, pad, pad])
  }
}
