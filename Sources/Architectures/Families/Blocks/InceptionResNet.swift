extension Inception {
  /// A block of Inception-ResNet (Szegedy et al. 2016, figures 10, 11, 13, 16, 17, 19): what the branches give is brought
  /// to the input's channels by `conv2d`, scaled (section 3.3), and added to the input.
  func residual(_ net: ModulePath, _ input: FeatureMap, scale: Float, _ branches: FeatureMap...) -> FeatureMap {
    let x = net.conv2d.convolution(.concatenated(branches), input.channels, kernel: 1)
    return (scale == 1 ? x : x.scaled(by: scale)) + input
  }

  /// `count` blocks `0`, `1` … one after the other.
  func repeated(
    _ net: ModulePath, _ count: Int, _ input: FeatureMap, _ block: (ModulePath, FeatureMap) -> FeatureMap
  ) -> FeatureMap {
    (0..<count).reduce(input) { x, index in block(net[index], x) }
  }
}
