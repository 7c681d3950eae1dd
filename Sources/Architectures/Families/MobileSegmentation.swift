import CNNGraphs

/// LR-ASPP of Howard et al.: "Searching for MobileNetV3", 2019, figure 10, and DeepLabV3 of Chen et al. 2017, on MobileNetV3-Large
/// whose last stage dilates, as torchvision has them.
struct MobileSegmentation: Architecture {
  /// Channels inside of and behind the backbone's blocks.
  var expanded: [Int]
  var channels: [Int]
  var stem: Int
  var last: Int
  /// Channels of the head.
  var width: Int
  /// True for DeepLabV3's pyramid of dilations.
  var hasPyramid: Bool
  var classes = 21
  var spelling = Spelling.torchvision

  static let family = "LR-ASPP or DeepLabV3 on MobileNetV3"
  static let trainingOnly = ["aux_classifier."]
  static let variants = [
    ("lraspp_mobilenet_v3_large", "LR-ASPP on MobileNetV3-Large", false, 128),
    ("deeplabv3_mobilenet_v3_large", "DeepLabV3 on MobileNetV3-Large", true, 256),
  ].map { name, title, hasPyramid, width in
    Variant(name, title, source: "Howard et al. 2019; Chen et al. 2017; torchvision", classes: 21) {
      MobileSegmentation(width: width, hasPyramid: hasPyramid, classes: $0)
    }
  }

  private static let kernels = [3, 3, 3, 5, 5, 5, 3, 3, 3, 3, 3, 3, 5, 5, 5]
  private static let striding: Set<Int> = [2, 4, 7]
  private static let excited: Set<Int> = [4, 5, 6, 11, 12, 13, 14, 15]

  var inputShape: [Int] { [3, 520, 520] }

  /// The classes of every place.
  var results: [NetworkResult] { [NetworkResult(extents: [classes] + inputShape.suffix(2))] }

  init(width: Int, hasPyramid: Bool, classes: Int) {
    expanded = [16, 64, 72, 72, 120, 120, 240, 200, 184, 184, 480, 672, 672, 960, 960]
    channels = [16, 24, 24, 40, 40, 40, 80, 80, 80, 80, 112, 112, 160, 160, 160]
    (stem, last, self.width, self.hasPyramid, self.classes) = (16, 960, width, hasPyramid, classes)
  }

  init?(reading keys: WeightTree) {
    let blocks = (1...15).compactMap { InvertedResidualShapes(reading: keys.backbone[String($0)]) }
    hasPyramid = keys.classifier[0].convs.exists
    guard let stem = keys.backbone["0"][0].outputs, let last = keys.backbone["16"][0].outputs, blocks.count == 15,
      let width = (hasPyramid ? keys.classifier[1] : keys.classifier.cbr[0]).outputs,
      let classes = (hasPyramid ? keys.classifier[4] : keys.classifier.high_classifier).outputs
    else { return nil }
    (self.stem, self.last, self.width, self.classes) = (stem, last, width, classes)
    expanded = blocks.compactMap(\.expanded)
    channels = blocks.map(\.channels)
    guard expanded.count == 15 else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var style = MobileStyle(
      spelling: .torchvision, epsilon: 1e-3, activation: { $0.hardSwish() }, squeezeActivation: { $0.relu() },
      gate: { $0.hardSigmoid() })
    let backbone = net.backbone
    var x = style.normalized((backbone[0][0], backbone[0][1]), input, stem, kernel: 3, stride: 2).hardSwish()
    var low = x
    for number in 1...15 {
      style.activation = { number < 7 ? $0.relu() : $0.hardSwish() }
      let inside = expanded[number - 1]
      let block = InvertedResidual(
        expanded: inside, channels: channels[number - 1], kernel: Self.kernels[number - 1],
        stride: Self.striding.contains(number) ? 2 : 1, dilation: number < 13 ? 1 : 2,
        squeezed: Self.excited.contains(number) ? MobileStyle.rounded(Double(inside) / 4) : nil)
      x = block.build(backbone[number], x, style)
      if number == 4 { low = x }
    }
    x = style.normalized((backbone[16][0], backbone[16][1]), x, last, kernel: 1).hardSwish()
    let size = input.shape.suffix(2).map { $0.value ?? 1 }
    if hasPyramid {
      return DilatedPyramid(width: width).build(net.classifier, x, classes).resized(to: size)
    }
    let head = net.classifier
    let rich = head.cbr[1].batchNormalization(head.cbr[0].convolution(x, width, kernel: 1, bias: false)).relu()
    let gates = head.scale[1].convolution(x.globalAveragePool(), width, kernel: 1, bias: false).sigmoid()
    let high = (rich * gates).resized(to: low.shape.suffix(2).map { $0.value ?? 1 })
    x = head.low_classifier.convolution(low, classes, kernel: 1)
      .added(head.high_classifier.convolution(high, classes, kernel: 1))
    return x.resized(to: size)
  }
}
