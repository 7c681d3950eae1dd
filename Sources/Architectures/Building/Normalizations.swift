import CNNGraphs
import CNNOperators

/// Normalizations over features, and weights that are no layer of their own.
extension ModulePath {
  /// Normalization over the last axis (Ba et al.: "Layer Normalization", 2016).
  @inline(never)
  package func layerNormalization(_ x: FeatureMap, epsilon: Float = 1e-5) -> FeatureMap {
    guard !builder.hasFailed else { return x }
    let width = x.shape.last?.value ?? 1
    let operands = [
      x.id, builder.weight("\(path).weight", [width], .scale), builder.weight("\(path).bias", [width], .shift),
    ]
    return builder.apply(LayerNormalization(axis: -1, epsilon: epsilon), operands, named: path, to: x)
  }

  /// Normalization over the channels of each place of a map `[N, C, H, W]`.
  @inline(never)
  package func channelNormalization(_ x: FeatureMap, epsilon: Float = 1e-6) -> FeatureMap {
    layerNormalization(x.transposed([0, 2, 3, 1]), epsilon: epsilon).transposed([0, 3, 1, 2])
  }

  /// Normalization over groups of channels and all places of a map (Wu, He 2018).
  @inline(never)
  package func groupNormalization(_ x: FeatureMap, groups: Int, epsilon: Float = 1e-5) -> FeatureMap {
    guard !builder.hasFailed else { return x }
    let (channels, ones) = (x.channels, [Float](repeating: 1, count: groups))
    let extents = x.shape.dropFirst().map { $0.value ?? 1 }
    let grouped = x.reshaped([0, groups, -1])
    let unit = builder.numbers(ones, shape: [groups], hint: "\(path).unit")
    let zero = builder.numbers(ones.map { _ in 0 }, shape: [groups], hint: "\(path).zero")
    let normalized = builder.apply(
      InstanceNormalization(epsilon: epsilon), [grouped.id, unit, zero], named: path, to: x
    ).reshaped([0] + extents)
    let shape = [channels] + extents.dropFirst().map { _ in 1 }
    let scale = value("weight", [channels], .scale, on: x).reshaped(shape)
    let shift = value("bias", [channels], .shift, on: x).reshaped(shape)
    return (normalized * scale).added(shift)
  }

  /// Full connection of the last axis of a tensor of any rank.
  @inline(never)
  package func projection(_ x: FeatureMap, _ features: Int, bias: Bool = true) -> FeatureMap {
    guard !builder.hasFailed else { return x }
    if x.shape.count == 2 { return linear(x, features, bias: bias) }
    return projection(x, features, weight: "weight", bias: bias ? "bias" : nil)
  }

  /// Full connection of the last axis of a tensor with three or more, by weights of other names than usual.
  @inline(never)
  package func projection(_ x: FeatureMap, _ features: Int, weight: String, bias: String?) -> FeatureMap {
    guard !builder.hasFailed else { return x }
    let inputs = x.shape.last?.value ?? 1
    builder.meet(.linear(features, inputs), on: x.id)
    let matrix = FeatureMap(
      builder: builder, id: builder.weight("\(path).\(weight)", [features, inputs], .weight), origin: path
    ).transposed([1, 0])
    let product = builder.apply(MatrixMultiplication(), [x.id, matrix.id], named: path, to: x)
    guard let bias else { return product }
    return product.added(value(bias, [features], .bias, on: x))
  }

  /// A weight as a value, such as a position's embedding or the factors of a layer's scale.
  @inline(never)
  package func value(
    _ name: String, _ shape: [Int], _ role: WeightDescription.Role, on x: FeatureMap
  ) -> FeatureMap {
    guard !builder.hasFailed else { return x }
    let key = path.isEmpty ? name : "\(path).\(name)"
    return FeatureMap(builder: builder, id: builder.weight(key, shape, role), origin: path)
  }

  /// A convolution whose weights have mean 0 and variance 1 over each output's inputs (Qiao et al.: "Micro-Batch Training
  /// with Batch-Channel Normalization and Weight Standardization", 2019).
  @inline(never)
  package func standardizedConvolution(
    _ x: FeatureMap, _ channels: Int, kernel: Int, stride: Int = 1, padding: any Padding = 0, groups: Int = 1,
    bias: Bool = false, epsilon: Float = 1e-6
  ) -> FeatureMap {
    guard !builder.hasFailed else { return x }
    let shape = [channels, x.channels / max(groups, 1), kernel, kernel]
    builder.meet(.convolution(weights: shape, groups: groups), on: x.id)
    let stored = FeatureMap(builder: builder, id: builder.weight("\(path).weight", shape, .weight), origin: path)
    let ones = [Float](repeating: 1, count: channels)
    let unit = builder.numbers(ones, shape: [channels], hint: "\(path).unit")
    let zero = builder.numbers(ones.map { _ in 0 }, shape: [channels], hint: "\(path).zero")
    let standard = builder.apply(
      InstanceNormalization(epsilon: epsilon), [stored.reshaped([1, channels, -1]).id, unit, zero],
      named: "\(path).standardized", to: stored, origin: path
    ).reshaped(shape)
    let window = SpatialWindow(
      kernel: [kernel, kernel], strides: [stride, stride], pads: padding.pads, autoPad: padding.autoPad)
    let operands = [x.id, standard.id] + (bias ? [builder.weight("\(path).bias", [channels], .bias)] : [])
    return builder.apply(Convolution(window: window, groups: groups), operands, named: path, to: x)
  }

  /// The transpose of a convolution, which enlarges a map.
  @inline(never)
  package func transposedConvolution(
    _ x: FeatureMap, _ channels: Int, kernel: Int, stride: Int, padding: Int = 0, groups: Int = 1, bias: Bool = true
  ) -> FeatureMap {
    guard !builder.hasFailed else { return x }
    let shape = [x.channels, channels / max(groups, 1), kernel, kernel]
    let window = SpatialWindow(
      kernel: [kernel, kernel], strides: [stride, stride], pads: [padding, padding, padding, padding])
    let operands =
      [x.id, builder.weight("\(path).weight", shape, .weight)]
      + (bias ? [builder.weight("\(path).bias", [channels], .bias)] : [])
    return builder.apply(TransposedConvolution(window: window, groups: groups), operands, named: path, to: x)
  }
}
