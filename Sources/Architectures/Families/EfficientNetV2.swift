/// EfficientNetV2 of Tan, Le: "EfficientNetV2: Smaller Models and Faster Training", 2021, table 4 (S), and M and L from
/// its authors' repository.
///
/// Batch normalization has the epsilon 1e-3 everywhere. torchvision pads on all sides alike; timm's weights
/// (`tf_efficientnetv2_s` …) have TensorFlow's `SAME` padding, and are for other sizes of images.
///
/// | | parameters | multiply-accumulates: torchvision | timm |
/// | --- | --- | --- | --- |
/// | EfficientNetV2-S | 21,458,488 | 8.366 G (384) | 5.308 G (300) |
/// | EfficientNetV2-M | 54,139,356 | 24.582 G (480) | 15.737 G (384) |
/// | EfficientNetV2-L | 118,515,272 | 56.080 G (480) | 35.899 G (384) |
struct EfficientNetV2: Architecture {
  struct Stage: Equatable {
    var depth: Int
    var channels: Int
    /// How many times as many channels are inside of a block.
    var expansion: Int
    /// True if one full convolution both expands and filters; there is no squeeze-and-excitation then.
    var isFused: Bool
  }

  var stem: Int
  var stages: [Stage]
  /// Channels of the last convolution.
  var head = 1280
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "EfficientNetV2"
  static let headModules = [["classifier.1"], ["classifier"]]
  static let spellings = [Spelling.torchvision, .timm]
  static let variants = sizes.map { size in
    Variant(
      "efficientnet_v2_\(size.name)", "EfficientNetV2-\(size.name.uppercased())",
      source: "Tan, Le 2021, \(size.name == "s" ? "table 4" : "its authors' repository"); torchvision"
    ) {
      EfficientNetV2(depths: size.depths, channels: size.channels, classes: $0)
    }
  }

  /// A published network, and the side of the images that each kind of weights is for.
  private struct Size {
    let name: String
    let depths: [Int]
    let channels: [Int]
    let torchvision: Int
    let timm: Int
  }

  private static let sizes = [
    Size(
      name: "s", depths: [2, 4, 4, 6, 9, 15], channels: [24, 48, 64, 128, 160, 256], torchvision: 384, timm: 300),
    Size(
      name: "m", depths: [3, 5, 5, 7, 14, 18, 5], channels: [24, 48, 80, 160, 176, 304, 512], torchvision: 480,
      timm: 384),
    Size(
      name: "l", depths: [4, 7, 7, 10, 19, 25, 7], channels: [32, 64, 96, 192, 224, 384, 640], torchvision: 480,
      timm: 384),
  ]

  /// Table 4: of the stages. Only M and L have the last one.
  private static let strides = [1, 2, 2, 2, 1, 2, 1]

  var inputShape: [Int] {
    let size = Self.sizes.first { $0.depths == stages.map(\.depth) && $0.channels == stages.map(\.channels) }
    let side = size.map { spelling == .timm ? $0.timm : $0.torchvision } ?? 224
    return [3, side, side]
  }

  init(depths: [Int], channels: [Int], classes: Int) {
    let expansions = [1, 4, 4, 4, 6, 6, 6]
    stem = channels[0]
    stages = depths.indices.map {
      Stage(depth: depths[$0], channels: channels[$0], expansion: expansions[$0], isFused: $0 < 3)
    }
    self.classes = classes
  }

  init?(reading keys: WeightTree) {
    let isTimm = keys.conv_stem.exists
    let count = isTimm ? keys.blocks.count : keys.features.count - 2
    guard 1...Self.strides.count ~= count, let stem = (isTimm ? keys.conv_stem : keys.features[0][0]).outputs,
      let head = (isTimm ? keys.conv_head : keys.features[count + 1][0]).outputs,
      let classes = (isTimm ? keys.classifier : keys.classifier[1]).outputs
    else { return nil }
    (self.stem, self.head, self.classes) = (stem, head, classes)
    var width = stem
    stages = (0..<count).compactMap { index in
      let blocks = isTimm ? keys.blocks[index] : keys.features[index + 1]
      guard let block = InvertedResidualShapes(reading: blocks[0]) else { return nil }
      defer { width = block.channels }
      return Stage(
        depth: blocks.count, channels: block.channels, expansion: block.expanded.map { $0 / width } ?? 1,
        isFused: block.isFused)
    }
    guard stages.count == count, stages[0].isFused else { return nil }
    spelling = isTimm ? .timm : .torchvision
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let isTimm = spelling == .timm
    // timm's own networks (1792 channels at the end) are PyTorch's, all others TensorFlow's.
    let isOwn = isTimm && head != 1280
    let style = MobileStyle(
      spelling: spelling, epsilon: isOwn ? 1e-5 : 1e-3, isTensorFlow: isTimm && !isOwn, activation: { $0.silu() },
      squeezeActivation: { $0.silu() }, gate: { $0.sigmoid() })
    let first = isTimm ? (net.conv_stem, net.bn1) : (net.features[0][0], net.features[0][1])
    var x = style.normalized(first, input, stem, kernel: 3, stride: 2).silu()
    for (index, stage) in stages.enumerated() {
      for block in 0..<stage.depth {
        let residual = InvertedResidual(
          expanded: stage.expansion * x.channels, channels: stage.channels,
          stride: block == 0 ? Self.strides[index] : 1, squeezed: max(1, x.channels / 4), isFused: stage.isFused)
        x = residual.build(isTimm ? net.blocks[index][block] : net.features[index + 1][block], x, style)
      }
    }
    let tail = net.features[stages.count + 1]
    x = style.normalized(isTimm ? (net.conv_head, net.bn2) : (tail[0], tail[1]), x, head, kernel: 1).silu()
    return net.classifying(x.globalAveragePool().flattened()) {
      (isTimm ? net.classifier : net.classifier[1]).linear($0, classes)
    }
  }
}
