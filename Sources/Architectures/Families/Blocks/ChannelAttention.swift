/// Efficient channel attention (Wang et al.: "ECA-Net", 2019): gates of a convolution over neighbouring channels.
enum ChannelAttention {
  /// The factors, one for each channel, `[N, C, 1, 1]`.
  static func gates(_ net: ModulePath, _ x: FeatureMap, kernel: Int) -> FeatureMap {
    let means = x.globalAveragePool().reshaped([0, 1, -1])
    let gates = net.convolution(
      means, 1, kernel: [kernel], stride: [1], padding: [kernel / 2], dilation: [1], bias: false)
    return gates.sigmoid().reshaped([0, -1, 1, 1])
  }
}
