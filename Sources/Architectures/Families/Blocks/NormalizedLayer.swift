extension ModulePath {
  /// A convolution without bias `conv` and its normalization `bn`, padded so that a stride alone makes the map smaller.
  func normalizedConvolution(
    _ x: FeatureMap, _ channels: Int, kernel: Int = 1, stride: Int = 1, dilation: Int = 1, groups: Int = 1
  ) -> FeatureMap {
    let convolved = self["conv"].convolution(
      x, channels, kernel: kernel, stride: stride, padding: kernel / 2 * dilation, dilation: dilation, groups: groups,
      bias: false)
    return self["bn"].batchNormalization(convolved)
  }
}
