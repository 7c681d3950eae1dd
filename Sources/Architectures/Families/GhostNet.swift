/// GhostNet of Han et al.: "GhostNet: More Features from Cheap Operations", 2019, table 1, and its second version of Tang et al.
/// 2022, with attention along rows and columns, as timm has them.
struct GhostNet: Architecture {
  /// What the shapes of a block tell.
  struct Block: Equatable, Sendable {
    /// Channels inside and behind the block.
    var inside: Int
    var channels: Int
    /// The kernel of the depthwise convolution that strides; `nil` without a stride.
    var kernel: Int?
    var squeezed: Int?
    /// The kernel of the shortcut's depthwise convolution; `nil` if the input goes around.
    var shortcut: Int?
    var hasAttention: Bool
  }

  var stem: Int
  var stages: [[Block]]
  var last: Int
  var features: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "GhostNet"
  static let headModules = [["classifier"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    guard let stem = keys.conv_stem.outputs, let features = keys.conv_head.outputs,
      let classes = keys.classifier.outputs,
      keys.blocks[0][0].ghost1.primary_conv.exists
    else { return nil }
    (self.stem, self.features, self.classes) = (stem, features, classes)
    let count = keys.blocks.count - 1
    guard count > 0, let last = keys.blocks[count][0].conv.outputs else { return nil }
    self.last = last
    var before = stem
    stages = (0..<count).map { stage in
      (0..<keys.blocks[stage].count).compactMap { index in
        let block = keys.blocks[stage][index]
        guard let inside = block.ghost2.primary_conv[0].inputs else { return nil }
        let channels = block.shortcut[2].outputs ?? before
        before = channels
        return Block(
          inside: inside, channels: channels, kernel: block.conv_dw.kernel, squeezed: block.se.conv_reduce.outputs,
          shortcut: block.shortcut[0].kernel, hasAttention: block.ghost1.short_conv.exists)
      }
    }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.conv_stem.convolution(input, stem, kernel: 3, stride: 2, padding: 1, bias: false)
    x = net.bn1.batchNormalization(x).relu()
    for (stage, blocks) in stages.enumerated() {
      for (index, block) in blocks.enumerated() { x = self.block(net.blocks[stage][index], x, block) }
    }
    let end = net.blocks[stages.count][0]
    x = end.bn1.batchNormalization(end.conv.convolution(x, last, kernel: 1, bias: false)).relu()
    x = net.conv_head.convolution(x.globalAveragePool(), features, kernel: 1).relu()
    return net.classifying(x.flattened()) { net.classifier.linear($0, classes) }
  }

  private func block(_ net: ModulePath, _ input: FeatureMap, _ block: Block) -> FeatureMap {
    var x = ghost(net.ghost1, input, block.inside, isActivated: true)
    if block.hasAttention { x = x * longRange(net.ghost1.short_conv, input, block.inside, like: x) }
    if let kernel = block.kernel {
      x = net.conv_dw.depthwiseConvolution(x, kernel: kernel, stride: 2, padding: kernel / 2, bias: false)
      x = net.bn_dw.batchNormalization(x)
    }
    if let squeezed = block.squeezed {
      let inside = net.se.conv_reduce.convolution(x.globalAveragePool(), squeezed, kernel: 1).relu()
      x = x * net.se.conv_expand.convolution(inside, x.channels, kernel: 1).hardSigmoid()
    }
    x = ghost(net.ghost2, x, block.channels, isActivated: false)
    guard let kernel = block.shortcut else { return x + input }
    let stride = block.kernel == nil ? 1 : 2
    var shortcut = net.shortcut[0].depthwiseConvolution(
      input, kernel: kernel, stride: stride, padding: kernel / 2, bias: false)
    shortcut = net.shortcut[1].batchNormalization(shortcut)
    shortcut = net.shortcut[2].convolution(shortcut, block.channels, kernel: 1, bias: false)
    return x + net.shortcut[3].batchNormalization(shortcut)
  }

  /// Half of the channels by a convolution, the other half from them by a depthwise one (figure 1 b).
  private func ghost(_ net: ModulePath, _ input: FeatureMap, _ channels: Int, isActivated: Bool) -> FeatureMap {
    let half = (channels + 1) / 2
    var x = net.primary_conv[0].convolution(input, half, kernel: 1, bias: false)
    x = net.primary_conv[1].batchNormalization(x)
    if isActivated { x = x.relu() }
    var cheap = net.cheap_operation[0].depthwiseConvolution(x, kernel: 3, padding: 1, bias: false)
    cheap = net.cheap_operation[1].batchNormalization(cheap)
    if isActivated { cheap = cheap.relu() }
    let both = FeatureMap.concatenated([x, cheap])
    return 2 * half == channels ? both : both.channels(from: 0, to: channels)
  }

  /// Gates that see whole rows and columns (Tang et al. 2022, figure 4).
  private func longRange(_ net: ModulePath, _ input: FeatureMap, _ channels: Int, like map: FeatureMap) -> FeatureMap {
    var x = net[0].convolution(input.averagePool(kernel: 2, stride: 2), channels, kernel: 1, bias: false)
    x = net[1].batchNormalization(x)
    x = net[2].depthwiseConvolution(x, kernel: [1, 5], padding: [0, 2], bias: false)
    x = net[3].batchNormalization(x)
    x = net[4].depthwiseConvolution(x, kernel: [5, 1], padding: [2, 0], bias: false)
    x = net[5].batchNormalization(x).sigmoid()
    return x.resized(to: map.shape.suffix(2).compactMap(\.value), mode: .nearest)
  }
}
