/// What all layers of a network of inverted residuals have in common.
struct MobileStyle {
  var spelling: Spelling
  var epsilon: Float
  /// True for padding as TensorFlow's `SAME` has it.
  var isTensorFlow = false
  var activation: (FeatureMap) -> FeatureMap
  /// The activations inside and at the end of a squeeze-and-excitation.
  var squeezeActivation: (FeatureMap) -> FeatureMap
  var gate: (FeatureMap) -> FeatureMap

  /// A convolution and its normalization. Padding keeps the extents, up to the stride.
  func normalized(
    _ layer: NormalizedConvolution, _ x: FeatureMap, _ channels: Int, kernel: Int, stride: Int = 1, dilation: Int = 1,
    groups: Int = 1
  ) -> FeatureMap {
    // Without a stride, both paddings are the same.
    let padding: any Padding = isTensorFlow && stride > 1 ? SamePadding() : kernel / 2 * dilation
    let x = layer.convolution.convolution(
      x, channels, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups,
      bias: false)
    return layer.normalization.batchNormalization(x, epsilon: epsilon)
  }

  /// The factors of squeeze-and-excitation, one for each channel.
  func gates(
    _ layers: (reduce: ModulePath, expand: ModulePath), _ x: FeatureMap, _ squeezed: Int
  ) -> FeatureMap {
    let inside = squeezeActivation(layers.reduce.convolution(x.globalAveragePool(), squeezed, kernel: 1))
    return gate(layers.expand.convolution(inside, x.channels, kernel: 1))
  }

  /// The multiple of eight nearest to a number of channels, but no less than nine tenths of it, as all these networks
  /// round (MobileNet's `make_divisible`).
  static func rounded(_ channels: Double) -> Int {
    let nearest = max(8, Int(channels + 4) / 8 * 8)
    return Double(nearest) < 0.9 * channels ? nearest + 8 : nearest
  }
}
