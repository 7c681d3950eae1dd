/// Network in Network of Lin, Chen, Yan, 2013, figure 2: each convolution is followed by two of 1x1, and the maps of the
/// last block are the classes. The paper has no table for ImageNet; Caffe's model zoo and courses do.
///
/// | | parameters | multiply-accumulates |
/// | --- | --- | --- |
/// | Caffe's, 1000 classes | 7,595,176 | 1.100 G |
/// | courses', 10 classes | 2,015,398 | 0.830 G |
struct NiN: Architecture {
  var classes = 1000
  var spelling = Spelling.caffe
  /// Widths other than those drawn.
  var widths = Widths()

  static let family = "NiN"
  static let spellings = [Spelling.caffe, .lesson]
  static let variants = [
    Variant("nin", "Network in Network", source: "Lin et al. 2013, figure 2; Caffe's nin_imagenet") { NiN(classes: $0) }
  ]

  /// The layers of each block.
  private static let caffeLayers = [
    ["conv1", "cccp1", "cccp2"], ["conv2", "cccp3", "cccp4"], ["conv3", "cccp5", "cccp6"], ["conv4", "cccp7", "cccp8"],
  ]
  /// The same in nested sequences; between them stand ReLU, pooling and dropout.
  private static let lessonLayers = [0, 2, 4, 7].map { block in [0, 2, 4].map { "\(block).\($0)" } }

  private var layers: [[String]] { spelling == .caffe ? Self.caffeLayers : Self.lessonLayers }

  init(classes: Int) { self.classes = classes }

  init?(reading keys: WeightTree) {
    spelling = keys.cccp1.exists ? .caffe : .lesson
    let kernels = layers.compactMap { keys[$0[0]].kernel }
    guard kernels == [11, 5, 3, 3], let classes = keys[layers[3][2]].outputs else { return nil }
    self.classes = classes
    widths = Widths(reading: keys, beside: self)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    // Courses have as many channels as classes in all of the last block.
    let last = spelling == .caffe ? 1024 : classes
    var x = block(0, net, input, [96, 96, 96], kernel: 11, stride: 4)
    x = block(1, net, pooled(x), [256, 256, 256], kernel: 5, padding: 2)
    x = block(2, net, pooled(x), [384, 384, 384], kernel: 3, padding: 1)
    x = block(3, net, pooled(x), [last, last, classes], kernel: 3, padding: 1)
    return x.globalAveragePool().flattened()
  }

  private func block(
    _ index: Int, _ net: ModulePath, _ input: FeatureMap, _ channels: [Int], kernel: Int, stride: Int = 1,
    padding: Int = 0
  ) -> FeatureMap {
    let layers = layers[index].map { net[$0] }
    var x = layers[0].convolution(
      input, widths[layers[0], channels[0]], kernel: kernel, stride: stride, padding: padding
    ).relu()
    x = layers[1].convolution(x, widths[layers[1], channels[1]], kernel: 1).relu()
    return layers[2].convolution(x, widths[layers[2], channels[2]], kernel: 1).relu()
  }

  /// Caffe's pooling rounds up, PyTorch's down: 54 is halved to 27 or to 26.
  private func pooled(_ x: FeatureMap) -> FeatureMap {
    x.maxPool(kernel: 3, stride: 2, ceilMode: spelling == .caffe)
  }
}
