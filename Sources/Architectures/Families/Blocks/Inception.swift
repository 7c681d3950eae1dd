/// A network of units: a convolution `conv` without bias, its batch normalization `bn`, and ReLU.
///
/// Epsilon is 1e-3 in all of them, as in TensorFlow's slim models, from which torchvision's, timm's and facenet-pytorch's
/// weights come.
protocol Inception: Architecture {
  /// Widths other than those drawn.
  var widths: Widths { get set }
}

extension Inception {
  /// A unit. The window reaches half of its size beyond the border, so that it keeps the map's size; where the papers'
  /// figures say V, for valid, it stays inside.
  func unit(
    _ net: ModulePath, _ x: FeatureMap, _ channels: Int, _ kernel: any PerAxis, stride: Int = 1, valid: Bool = false
  ) -> FeatureMap {
    let conv = net.conv
    let padding = kernel.perAxis.map { valid ? 0 : $0 / 2 }
    let x = conv.convolution(
      x, widths[conv, channels], kernel: kernel, stride: stride, padding: padding, bias: false)
    return net.bn.batchNormalization(x, epsilon: 1e-3).relu()
  }

  /// Units `0`, `1` … one after the other, each of channels and kernel. Where the branch is `halving` the map, the last one
  /// has stride 2 and stays inside.
  func chain(
    _ net: ModulePath, _ input: FeatureMap, _ units: (channels: Int, kernel: [Int])..., halving: Bool = false
  ) -> FeatureMap {
    units.enumerated().reduce(input) { x, element in
      let (index, (channels, kernel)) = element
      let halves = halving && index == units.count - 1
      return unit(net[index], x, channels, kernel, stride: halves ? 2 : 1, valid: halves)
    }
  }

  /// A unit that halves the map.
  func halvingUnit(_ net: ModulePath, _ x: FeatureMap, _ channels: Int) -> FeatureMap {
    unit(net, x, channels, 3, stride: 2, valid: true)
  }

  /// The pooling that halves the map.
  func halvingPool(_ x: FeatureMap) -> FeatureMap { x.maxPool(kernel: 3, stride: 2) }
}
