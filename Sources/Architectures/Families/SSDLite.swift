/// SSDLite of Sandler et al.: "MobileNetV2", 2018, section 6.2, on MobileNetV3-Large (Howard et al. 2019, section 6.3), as
/// torchvision has it: what the heads give for every place of six levels, before boxes are chosen.
struct SSDLite: Architecture {
  /// Channels inside of and behind the backbone's blocks.
  var expanded: [Int]
  var channels: [Int]
  var last: Int
  /// Channels of the levels behind the backbone.
  var extra: [Int]
  /// Boxes at each place of each level.
  var anchors: [Int]
  var classes = 91
  var spelling = Spelling.torchvision

  static let family = "SSDLite"
  static let variants = [
    Variant(
      "ssdlite320_mobilenet_v3_large", "SSDLite320 on MobileNetV3-Large", source: "Howard et al. 2019; torchvision",
      classes: 91
    ) { SSDLite(classes: $0) }
  ]

  private static let kernels = [3, 3, 3, 5, 5, 5, 3, 3, 3, 3, 3, 3, 5, 5, 5]
  private static let striding: Set<Int> = [2, 4, 7, 13]
  private static let excited: Set<Int> = [4, 5, 6, 11, 12, 13, 14, 15]

  var inputShape: [Int] { [3, 320, 320] }

  /// For every box: each place of levels of these sides has some.
  var results: [NetworkResult] {
    let boxes = zip([20, 10, 5, 3, 2, 1], anchors).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
    return [
      NetworkResult("bbox_regression", extents: [boxes, 4]), NetworkResult("cls_logits", extents: [boxes, classes]),
    ]
  }

  init(classes: Int) {
    self.classes = classes
    expanded = [16, 64, 72, 72, 120, 120, 240, 200, 184, 184, 480, 672, 672, 480, 480]
    channels = [16, 24, 24, 40, 40, 40, 80, 80, 80, 80, 112, 112, 80, 80, 80]
    (last, extra, anchors) = (480, [512, 256, 256, 128], [6, 6, 6, 6, 6, 6])
  }

  init?(reading keys: WeightTree) {
    let features = keys.backbone.features
    let (before, behind) = (features[0], features[1])
    let blocks = (1...12).map { before[$0] } + (1...2).map { behind[$0] }
    let shapes = blocks.compactMap { InvertedResidualShapes(reading: $0) }
    guard shapes.count == 14, let fourth = before[13][0].outputs, let width = behind[0]["3"][0].outputs,
      let last = behind[3][0].outputs
    else { return nil }
    expanded = shapes.prefix(12).compactMap(\.expanded) + [fourth] + shapes.suffix(2).compactMap(\.expanded)
    channels = shapes.prefix(12).map(\.channels) + [width] + shapes.suffix(2).map(\.channels)
    extra = (0..<4).compactMap { keys.backbone.extra[$0][2][0].outputs }
    let (kinds, boxes) = (keys["head"].classification_head.module_list, keys["head"].regression_head.module_list)
    anchors = (0..<6).compactMap { boxes[$0][1].outputs.map { $0 / 4 } }
    guard expanded.count == 15, extra.count == 4, anchors.count == 6, anchors[0] > 0, let logits = kinds[0][1].outputs
    else { return nil }
    (self.last, classes) = (last, logits / anchors[0])
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var levels = backbone(net.backbone.features, input)
    for (index, width) in extra.enumerated() {
      let layer = net.backbone.extra[index]
      var x = normalized((layer[0][0], layer[0][1]), levels[levels.count - 1], width / 2)
      x = normalized((layer[1][0], layer[1][1]), x, width / 2, kernel: 3, stride: 2, groups: width / 2)
      levels.append(normalized((layer[2][0], layer[2][1]), x, width))
    }
    func results(_ head: ModulePath, _ count: Int) -> FeatureMap {
      .joined(
        levels.enumerated().map { index, level in
          let layer = head.module_list[index]
          let x = normalized((layer[0][0], layer[0][1]), level, level.channels, kernel: 3, groups: level.channels)
          return layer[1].convolution(x, anchors[index] * count, kernel: 1).listed(anchors: anchors[index], count)
        }, axis: 1)
    }
    let head = net["head"]
    return net.results([
      (name: "bbox_regression", map: results(head.regression_head, 4)),
      (name: "cls_logits", map: results(head.classification_head, classes)),
    ])
  }

  /// The first two levels: what the thirteenth block expands, and the last convolution.
  private func backbone(_ net: ModulePath, _ input: FeatureMap) -> [FeatureMap] {
    var style = MobileStyle(
      spelling: .torchvision, epsilon: 1e-3, activation: { $0.hardSwish() }, squeezeActivation: { $0.relu() },
      gate: { $0.hardSigmoid() })
    let (before, behind) = (net[0], net[1])
    var x = style.normalized((before[0][0], before[0][1]), input, 16, kernel: 3, stride: 2).hardSwish()
    func block(_ number: Int, _ module: ModulePath) {
      style.activation = { number < 7 ? $0.relu() : $0.hardSwish() }
      let inside = expanded[number - 1]
      let residual = InvertedResidual(
        expanded: inside, channels: channels[number - 1], kernel: Self.kernels[number - 1],
        stride: Self.striding.contains(number) ? 2 : 1,
        squeezed: Self.excited.contains(number) ? MobileStyle.rounded(Double(inside) / 4) : nil)
      x = residual.build(module, x, style)
    }
    for number in 1...12 { block(number, before[number]) }
    let fourth = style.normalized((before[13][0], before[13][1]), x, expanded[12], kernel: 1).hardSwish()
    let rest = behind[0]
    x = style.normalized((rest[1][0], rest[1][1]), fourth, expanded[12], kernel: 5, stride: 2, groups: expanded[12])
    x = x.hardSwish()
    x = x * style.gates((rest[2].fc1, rest[2].fc2), x, MobileStyle.rounded(Double(expanded[12]) / 4))
    x = style.normalized((rest[3][0], rest[3][1]), x, channels[12], kernel: 1)
    block(14, behind[1])
    block(15, behind[2])
    return [fourth, style.normalized((behind[3][0], behind[3][1]), x, last, kernel: 1).hardSwish()]
  }

  private func normalized(
    _ layer: NormalizedConvolution, _ x: FeatureMap, _ channels: Int, kernel: Int = 1, stride: Int = 1,
    groups: Int = 1
  ) -> FeatureMap {
    let y = layer.convolution.convolution(
      x, channels, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false)
    return layer.normalization.batchNormalization(y, epsilon: 1e-3).relu6()
  }
}
