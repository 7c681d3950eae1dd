import CNNGraphs
import CNNOperators
import CNNTensors

/// Layers with stored weights.
extension GraphSketch {
  /// A convolution of `inputs` by `outputs` channels; `name` is the node's and its result's.
  mutating func convolution(
    _ x: ValueID, _ inputs: Int, _ outputs: Int, kernel: [Int], window: SpatialWindow = SpatialWindow(),
    groups: Int = 1, bias: Bool = false, name: String = ""
  ) throws -> ValueID {
    let operands = [
      x, try weights([outputs, inputs / groups] + kernel, "\(name).weight"),
      bias ? try weights([outputs], "\(name).bias") : nil,
    ]
    return try named(Convolution(window: window, groups: groups), operands, name)
  }

  /// A transposed convolution of `inputs` by `outputs` channels.
  mutating func transposedConvolution(
    _ x: ValueID, _ inputs: Int, _ outputs: Int, kernel: [Int], window: SpatialWindow = SpatialWindow(),
    groups: Int = 1, bias: Bool = false, name: String = ""
  ) throws -> ValueID {
    let operands = [
      x, try weights([inputs, outputs / groups] + kernel, "\(name).weight"),
      bias ? try weights([outputs], "\(name).bias") : nil,
    ]
    return try named(TransposedConvolution(window: window, groups: groups), operands, name)
  }

  /// A linear layer as PyTorch stores it.
  mutating func linear(_ x: ValueID, _ inputs: Int, _ outputs: Int, bias: Bool = true, name: String = "") throws
    -> ValueID
  {
    let operands = [
      x, try weights([outputs, inputs], "\(name).weight"), bias ? try weights([outputs], "\(name).bias") : nil,
    ]
    return try named(GeneralMatrixMultiplication(transposesB: true), operands, name)
  }

  /// A normalization with statistics unlike 0 and 1; its factors are above zero, or of both signs.
  mutating func normalization(
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

  /// A node whose result bears its name.
  mutating func named(_ operation: any Operator, _ inputs: [ValueID?], _ name: String) throws -> ValueID {
    let result = try nodes(operation, inputs, outputs: 1, name: name)[0]
    if !name.isEmpty { rename(result, name) }
    return result
  }
}
