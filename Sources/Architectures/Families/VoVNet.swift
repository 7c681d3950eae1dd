/// VoVNet of Lee et al.: "An Energy and GPU-Computation Efficient Backbone Network", 2019, figure 3, and its second
/// version of Lee, Park: "CenterMask", 2019, figure 3, with identity shortcuts and effective squeeze-and-excitation, as
/// timm has them.
struct VoVNet: Architecture {
  /// What the shapes of a stage tell.
  struct Stage: Equatable, Sendable {
    var depth: Int
    /// Layers of a block, and their channels.
    var layers: Int
    var width: Int
    var channels: Int
  }

  var stem: [Int]
  var stages: [Stage]
  /// True if layers are depthwise, with a 1x1 convolution.
  var isSeparable = false
  /// True if a gate ends the last block of each stage.
  var isExcited = false
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "VoVNet"
  static let headModules = [["head.fc"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    guard let classes = keys["head"].fc.outputs, keys.stages[0].blocks[0].conv_concat.exists else { return nil }
    self.classes = classes
    isSeparable = keys.stem[1].conv_pw.exists
    func layer(_ keys: WeightTree) -> Int? { keys.conv.outputs ?? keys.conv_pw.outputs }
    stem = (0..<3).compactMap { layer(keys.stem[$0]) }
    stages = (0..<keys.stages.count).compactMap { index in
      let blocks = keys.stages[index].blocks
      guard let width = layer(blocks[0].conv_mid[0]), let channels = blocks[0].conv_concat.conv.outputs else {
        return nil
      }
      return Stage(depth: blocks.count, layers: blocks[0].conv_mid.count, width: width, channels: channels)
    }
    isExcited = keys.stages[0].blocks[0].attn.exists
    guard stem.count == 3, stages.count == 4 else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = normalized(net.stem[0], input, stem[0], kernel: 3, stride: 2)
    x = layer(net.stem[1], x, stem[1])
    x = layer(net.stem[2], x, stem[2], stride: 2)
    for (index, stage) in stages.enumerated() {
      if index > 0 { x = x.maxPool(kernel: 3, stride: 2, ceilMode: true) }
      for number in 0..<stage.depth {
        x = block(
          net.stages[index].blocks[number], x, stage, isFirst: number == 0, isLast: number == stage.depth - 1)
      }
    }
    return net.classifying(x.globalAveragePool().flattened()) { net["head"].fc.linear($0, classes) }
  }

  private func block(
    _ net: ModulePath, _ input: FeatureMap, _ stage: Stage, isFirst: Bool, isLast: Bool
  ) -> FeatureMap {
    var x = input
    var maps = [input]
    if isSeparable, input.channels != stage.width { x = normalized(net.conv_reduction, x, stage.width) }
    for index in 0..<stage.layers {
      x = layer(net.conv_mid[index], x, stage.width)
      maps.append(x)
    }
    x = normalized(net.conv_concat, .concatenated(maps), stage.channels)
    if isExcited, isLast {
      x = x * net.attn.fc.convolution(x.globalAveragePool(), stage.channels, kernel: 1).hardSigmoid()
    }
    return isFirst || !isExcited ? x : x + input
  }

  private func layer(_ net: ModulePath, _ x: FeatureMap, _ channels: Int, stride: Int = 1) -> FeatureMap {
    guard isSeparable else { return normalized(net, x, channels, kernel: 3, stride: stride) }
    let depthwise = net.conv_dw.depthwiseConvolution(x, kernel: 3, stride: stride, padding: 1, bias: false)
    let pointwise = net.conv_pw.convolution(depthwise, channels, kernel: 1, bias: false)
    return net.bn.batchNormalization(pointwise).relu()
  }

  private func normalized(
    _ net: ModulePath, _ x: FeatureMap, _ channels: Int, kernel: Int = 1, stride: Int = 1
  ) -> FeatureMap {
    let convolved = net.conv.convolution(
      x, channels, kernel: kernel, stride: stride, padding: kernel / 2, bias: false)
    return net.bn.batchNormalization(convolved).relu()
  }
}
