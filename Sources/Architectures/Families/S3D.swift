/// S3D of Xie et al.: "Rethinking Spatiotemporal Feature Learning", 2017, figure 2, as torchvision has it: Inception over height,
/// width and time, with separable convolutions. Its input is `[N, 3, frames, height, width]`.
struct S3D: Architecture {
  /// Channels of each Inception: the first branch, both layers of the second and of the third, the last branch.
  var modules: [[Int]]
  var classes = 400
  var spelling = Spelling.torchvision

  static let family = "S3D"
  static let variants = [
    Variant("s3d", "S3D", source: "Xie et al. 2017; torchvision", classes: 400) { S3D(classes: $0) }
  ]

  /// Where the Inceptions stand in the sequence of layers.
  private static let places = [5, 6, 8, 9, 10, 11, 12, 14, 15]

  var inputShape: [Int] { [3, 16, 224, 224] }

  init(classes: Int) {
    self.classes = classes
    modules = [
      [64, 96, 128, 16, 32, 32], [128, 128, 192, 32, 96, 64], [192, 96, 208, 16, 48, 64], [160, 112, 224, 24, 64, 64],
      [128, 128, 256, 24, 64, 64], [112, 144, 288, 32, 64, 64], [256, 160, 320, 32, 128, 128],
      [256, 160, 320, 32, 128, 128], [384, 192, 384, 48, 128, 128],
    ]
  }

  init?(reading keys: WeightTree) {
    guard let classes = keys.classifier[1].outputs, keys.features[5].branch0.exists else { return nil }
    self.classes = classes
    modules = Self.places.map { place in
      let module = keys.features[place]
      let layers = [
        module.branch0, module.branch1[0], module.branch1[1][0], module.branch2[0], module.branch2[1][0],
        module.branch3[1],
      ]
      return layers.compactMap { $0[0].outputs }
    }
    guard modules.allSatisfy({ $0.count == 6 }) else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let features = net.features
    var x = separable(features[0], input, 64, kernel: 7, stride: 2)
    x = pooled(x, [1, 3, 3], [1, 2, 2])
    x = layer(features[2], x, 64)
    x = pooled(separable(features[3], x, 192), [1, 3, 3], [1, 2, 2])
    for (place, widths) in zip(Self.places, modules) {
      if place == 8 { x = pooled(x, [3, 3, 3], [2, 2, 2]) }
      if place == 14 { x = x.maxPool(kernel: [2, 2, 2], stride: [2, 2, 2], padding: [0, 0, 0]) }
      x = module(features[place], x, widths)
    }
    x = x.averagePool(kernel: [2, 7, 7], stride: [1, 1, 1], padding: [0, 0, 0])
    x = net.classifier[1].convolution(
      x, classes, kernel: [1, 1, 1], stride: [1, 1, 1], padding: [0, 0, 0], dilation: [1, 1, 1])
    return x.mean(axes: [2, 3, 4], keepsAxes: false)
  }

  private func module(_ net: ModulePath, _ x: FeatureMap, _ widths: [Int]) -> FeatureMap {
    .concatenated([
      layer(net.branch0, x, widths[0]),
      separable(net.branch1[1], layer(net.branch1[0], x, widths[1]), widths[2]),
      separable(net.branch2[1], layer(net.branch2[0], x, widths[3]), widths[4]),
      layer(net.branch3[1], pooled(x, [3, 3, 3], [1, 1, 1]), widths[5]),
    ])
  }

  private func pooled(_ x: FeatureMap, _ kernel: [Int], _ stride: [Int]) -> FeatureMap {
    x.maxPool(kernel: kernel, stride: stride, padding: kernel.map { $0 / 2 })
  }

  /// A convolution over height and width, then one over time.
  private func separable(
    _ net: ModulePath, _ x: FeatureMap, _ channels: Int, kernel: Int = 3, stride: Int = 1
  ) -> FeatureMap {
    let flat = layer(net[0], x, channels, kernel: [1, kernel, kernel], stride: [1, stride, stride])
    return layer(net[1], flat, channels, kernel: [kernel, 1, 1], stride: [stride, 1, 1])
  }

  private func layer(
    _ net: ModulePath, _ x: FeatureMap, _ channels: Int, kernel: [Int] = [1, 1, 1], stride: [Int] = [1, 1, 1]
  ) -> FeatureMap {
    let y = net[0].convolution(
      x, channels, kernel: kernel, stride: stride, padding: kernel.map { $0 / 2 }, dilation: [1, 1, 1], bias: false)
    return net[1].batchNormalization(y, epsilon: 1e-3).relu()
  }
}
