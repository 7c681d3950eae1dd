import CNNGraphs

/// MobileNetV3 of Howard et al.: "Searching for MobileNetV3", 2019, tables 1 (Large) and 2 (Small), with any widths.
///
/// torchvision and timm draw the same network but for the epsilon of batch normalization: 1e-3 in torchvision, 1e-5 in
/// timm. timm's `tf_` weights, trained in TensorFlow, have 1e-3 and TensorFlow's `SAME` padding, under the same keys.
///
/// | | parameters | multiply-accumulates |
/// | --- | --- | --- |
/// | MobileNetV3-Large | 5,483,032 | 0.217 G |
/// | MobileNetV3-Small | 2,542,856 | 0.057 G |
struct MobileNetV3: Architecture {
  var isLarge: Bool
  var stem = 16
  /// Channels inside of each stage's blocks.
  var expanded: [[Int]]
  /// Channels of each stage.
  var channels: [Int]
  /// Channels of the last convolution and features of the hidden linear layer.
  var head: [Int]
  /// True for TensorFlow's padding and epsilon.
  var isTensorFlow = false
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "MobileNetV3"
  static let headModules = [["classifier.0", "classifier.3"], ["classifier"]]
  static let spellings = [Spelling.torchvision, .timm]
  static let variants = [
    ("small", "Small", false, "Howard et al. 2019, table 2"), ("large", "Large", true, "Howard et al. 2019, table 1"),
  ].flatMap { name, title, isLarge, source in
    [
      Variant("mobilenet_v3_\(name)", "MobileNetV3-\(title)", source: "\(source); torchvision") {
        MobileNetV3(isLarge: isLarge, classes: $0)
      },
      Variant(
        "mobilenet_v3_\(name)_tf", "MobileNetV3-\(title) of TensorFlow",
        source: "\(source); timm's tf_mobilenetv3_\(name)_100"
      ) {
        MobileNetV3(isLarge: isLarge, isTensorFlow: true, classes: $0)
      },
    ]
  }

  /// What the tables say of a stage.
  private struct Stage {
    let kernel: Int
    let stride: Int
    let isExcited: Bool
    /// True for hard swish, false for ReLU.
    let isSwish: Bool
  }

  private static let large = [
    Stage(kernel: 3, stride: 1, isExcited: false, isSwish: false),
    Stage(kernel: 3, stride: 2, isExcited: false, isSwish: false),
    Stage(kernel: 5, stride: 2, isExcited: true, isSwish: false),
    Stage(kernel: 3, stride: 2, isExcited: false, isSwish: true),
    Stage(kernel: 3, stride: 1, isExcited: true, isSwish: true),
    Stage(kernel: 5, stride: 2, isExcited: true, isSwish: true),
  ]
  private static let small = [
    Stage(kernel: 3, stride: 2, isExcited: true, isSwish: false),
    Stage(kernel: 3, stride: 2, isExcited: false, isSwish: false),
    Stage(kernel: 5, stride: 2, isExcited: true, isSwish: true),
    Stage(kernel: 5, stride: 1, isExcited: true, isSwish: true),
    Stage(kernel: 5, stride: 2, isExcited: true, isSwish: true),
  ]

  var ambiguity: Remark? {
    guard spelling == .timm, !isTensorFlow else { return nil }
    return Remark(
      "weights cannot tell TensorFlow's padding and epsilon from PyTorch's; PyTorch's are taken",
      remedy: .chooseArchitecture("mobilenet_v3_\(isLarge ? "large" : "small")_tf", effect: "TensorFlow's"))
  }

  init(isLarge: Bool, isTensorFlow: Bool = false, classes: Int) {
    (self.isLarge, self.isTensorFlow, self.classes) = (isLarge, isTensorFlow, classes)
    spelling = isTensorFlow ? .timm : .torchvision
    expanded =
      isLarge
      ? [[16], [64, 72], [72, 120, 120], [240, 200, 184, 184], [480, 672], [672, 960, 960]]
      : [[16], [72, 88], [96, 240, 240], [120, 144], [288, 576, 576]]
    channels = isLarge ? [16, 24, 40, 80, 112, 160] : [16, 24, 40, 48, 96]
    head = isLarge ? [960, 1280] : [576, 1024]
  }

  init?(reading keys: WeightTree) {
    let stages: [[WeightTree]]
    let tail: [WeightTree]
    if keys.conv_stem.exists {
      (spelling, isLarge) = (.timm, keys.blocks.count == 7)
      let last = isLarge ? 6 : 5
      stages = (0..<last).map { stage in (0..<keys.blocks[stage].count).map { keys.blocks[stage][$0] } }
      tail = [keys.conv_stem, keys.blocks[last][0].conv, keys.conv_head, keys.classifier]
      // Elsewhere, a normalization follows.
      guard keys.conv_head.hasBias else { return nil }
    } else {
      isLarge = keys.features.count == 17
      var index = 0
      stages = (isLarge ? [1, 2, 3, 4, 2, 3] : [1, 2, 3, 2, 3]).map { depth in
        defer { index += depth }
        return (1...depth).map { keys.features[index + $0] }
      }
      tail = [keys.features[0][0], keys.features[index + 1][0], keys.classifier[0], keys.classifier[3]]
    }
    let shapes = stages.map { $0.compactMap(InvertedResidualShapes.init) }
    let widths = tail.compactMap(\.outputs)
    channels = shapes.compactMap { $0.last?.channels }
    guard widths.count == 4, channels.count == stages.count else { return nil }
    expanded = shapes.map { $0.compactMap(\.expanded) }
    (stem, head, classes) = (widths[0], [widths[1], widths[2]], widths[3])
    if keys.classifier[0].isPretended { head[1] = isLarge ? 1280 : 1024 }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let isTimm = spelling == .timm
    var style = MobileStyle(
      spelling: spelling, epsilon: isTimm && !isTensorFlow ? 1e-5 : 1e-3, isTensorFlow: isTensorFlow,
      activation: { $0.hardSwish() }, squeezeActivation: { $0.relu() }, gate: { $0.hardSigmoid() })
    let first = isTimm ? (net.conv_stem, net.bn1) : (net.features[0][0], net.features[0][1])
    var x = style.normalized(first, input, stem, kernel: 3, stride: 2).hardSwish()
    var index = 1
    for (number, stage) in (isLarge ? Self.large : Self.small).enumerated() {
      style.activation = { stage.isSwish ? $0.hardSwish() : $0.relu() }
      for (block, expanded) in expanded[number].enumerated() {
        let residual = InvertedResidual(
          expanded: expanded, channels: channels[number], kernel: stage.kernel, stride: block == 0 ? stage.stride : 1,
          squeezed: stage.isExcited ? MobileStyle.rounded(Double(expanded) / 4) : nil)
        x = residual.build(isTimm ? net.blocks[number][block] : net.features[index], x, style)
        index += 1
      }
    }
    let last = net.blocks[channels.count][0]
    x = style.normalized(
      isTimm ? (last.conv, last.bn1) : (net.features[index][0], net.features[index][1]), x, head[0], kernel: 1)
    x = x.hardSwish().globalAveragePool()
    if isTimm {
      x = net.conv_head.convolution(x, head[1], kernel: 1).hardSwish()
      return net.classifying(x.flattened()) { net.classifier.linear($0, classes) }
    }
    return net.classifying(x.flattened()) { features in
      let x = net.classifier[0].linear(features, head[1]).hardSwish()
      return net.classifier[3].linear(x, classes)
    }
  }
}
