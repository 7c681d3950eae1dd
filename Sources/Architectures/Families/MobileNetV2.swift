/// MobileNet v2 of Sandler, Howard, Zhu, Zhmoginov, Chen: "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
/// 2018, table 2, of any width, as torchvision and timm (`mobilenetv2_100`) have it. The two differ in nothing but
/// their keys. 3,504,872 parameters, 0.301 G multiply-accumulates.
struct MobileNetV2: Architecture {
  /// Channels of the first convolution.
  var stem = 32
  /// Channels of each of the seven stages (the paper's c).
  var channels = [16, 24, 32, 64, 96, 160, 320]
  /// Blocks in each stage (n).
  var depths = [1, 2, 3, 4, 3, 3, 1]
  /// By how much the blocks behind the first stage expand (t).
  var expansion = 6
  /// Channels of the last convolution.
  var last = 1280
  var classes = 1000
  var spelling = Spelling.torchvision

  /// Strides of the stages' first blocks (s).
  private static let strides = [1, 2, 2, 2, 1, 2, 1]

  static let family = "MobileNet v2"
  static let headModules = [["classifier.1"], ["classifier"]]
  static let spellings = [Spelling.torchvision, .timm]
  static let variants = [
    Variant("mobilenet_v2", "MobileNet v2", source: "Sandler et al. 2018, table 2; torchvision") {
      MobileNetV2(classes: $0)
    }
  ]

  init(classes: Int) { self.classes = classes }

  init?(reading keys: WeightTree) {
    if keys.blocks.exists {
      self.init(timm: keys)
    } else {
      self.init(torchvision: keys)
    }
    guard channels.count == Self.strides.count, depths.allSatisfy({ $0 > 0 }) else { return nil }
  }

  private init?(timm keys: WeightTree) {
    let stages = (0..<keys.blocks.count).map { keys.blocks[$0] }
    depths = stages.map(\.count)
    channels = stages.compactMap { ($0[0].conv_pwl.exists ? $0[0].conv_pwl : $0[0].conv_pw).outputs }
    let expand = keys.blocks[1][0].conv_pw
    guard let stem = keys.conv_stem.outputs, let hidden = expand.outputs, let inputs = expand.inputs,
      let last = keys.conv_head.outputs, let classes = keys.classifier.outputs
    else { return nil }
    (self.stem, expansion, self.last, self.classes) = (stem, hidden / inputs, last, classes)
    spelling = .timm
  }

  private init?(torchvision keys: WeightTree) {
    let depth = keys.features.count - 2
    guard depth > 1, let stem = keys.features[0][0].outputs, let last = keys.features[depth + 1][0].outputs,
      let hidden = keys.features[2].conv[0][0].outputs, let inputs = keys.features[2].conv[0][0].inputs,
      let classes = keys.classifier[1].outputs
    else { return nil }
    (self.stem, expansion, self.last, self.classes) = (stem, hidden / inputs, last, classes)
    // The first block does not expand.
    let widths = (1...depth).compactMap { keys.features[$0].conv[$0 == 1 ? 1 : 2].outputs }
    guard widths.count == depth else { return nil }
    if depth == depths.reduce(0, +) {
      // Stages of narrow networks may have the same channels.
      channels = depths.indices.map { widths[depths[..<$0].reduce(0, +)] }
    } else {
      let starts = widths.indices.filter { $0 == 0 || widths[$0] != widths[$0 - 1] }
      channels = starts.map { widths[$0] }
      depths = zip(starts, starts.dropFirst() + [depth]).map { $1 - $0 }
    }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let isTimm = spelling == .timm
    var x = (isTimm ? net.conv_stem : net.features[0][0])
      .convolution(input, stem, kernel: 3, stride: 2, padding: 1, bias: false)
    x = (isTimm ? net.bn1 : net.features[0][1]).batchNormalization(x).relu6()

    var number = 1
    for (stage, (depth, channels)) in zip(depths, channels).enumerated() {
      for index in 0..<depth {
        let block = block(isTimm ? net.blocks[stage][index] : net.features[number], expands: stage > 0)
        x = residual(block, x, channels, stride: index == 0 ? Self.strides[stage] : 1)
        number += 1
      }
    }
    x = (isTimm ? net.conv_head : net.features[number][0]).convolution(x, last, kernel: 1, bias: false)
    x = (isTimm ? net.bn2 : net.features[number][1]).batchNormalization(x).relu6()
    x = x.globalAveragePool().flattened()
    return net.classifying(x) { (isTimm ? net.classifier : net.classifier[1]).linear($0, classes) }
  }

  private func block(_ net: ModulePath, expands: Bool) -> LinearBottleneck {
    if spelling == .timm { return LinearBottleneck(timm: net, expands: expands) }
    let net = net["conv"]
    return expands
      ? LinearBottleneck(
        expand: (net[0][0], net[0][1]), depthwise: (net[1][0], net[1][1]), project: (net[2], net[3]))
      : LinearBottleneck(expand: nil, depthwise: (net[0][0], net[0][1]), project: (net[1], net[2]))
  }

  private func residual(
    _ block: LinearBottleneck, _ input: FeatureMap, _ channels: Int, stride: Int
  ) -> FeatureMap {
    let x = block.branch(
      input, channels, expansion: expansion, kernel: 3, stride: stride, activation: { $0.relu6() })
    return stride == 1 && input.channels == channels ? x + input : x
  }
}
