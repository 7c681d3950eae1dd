/// RepViT of Wang et al.: "RepViT: Revisiting Mobile CNN From ViT Perspective", 2023, figure 4, as timm has it, in the form it is
/// trained in.
struct RepViT: Architecture {
  /// What the shapes of a stage tell.
  struct Stage: Equatable, Sendable {
    var channels: Int
    /// Channels inside of the blocks.
    var hidden: Int
    /// Channels inside of each block's squeeze-and-excitation; 0 without it.
    var squeezed: [Int]
  }

  var stem: Int
  var stages: [Stage]
  /// True if the 1x1 branches have normalizations of their own, as in the first release.
  var isLegacy = false
  /// True if there is a second head, which was trained by a teacher.
  var isDistilled = true
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "RepViT"
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    guard let stem = keys.stem.conv1.c.outputs, let classes = keys["head"].head.l.outputs else { return nil }
    (self.stem, self.classes) = (stem, classes)
    stages = (0..<keys.stages.count).compactMap { index in
      let blocks = keys.stages[index].blocks
      guard let channels = blocks[0].token_mixer.conv.c.outputs, let hidden = blocks[0].channel_mixer.conv1.c.outputs
      else { return nil }
      return Stage(
        channels: channels, hidden: hidden, squeezed: (0..<blocks.count).map { blocks[$0].se.fc1.outputs ?? 0 })
    }
    guard stages.count == 4 else { return nil }
    isLegacy = keys.stages[0].blocks[0].token_mixer.conv1.c.exists
    isDistilled = keys["head"].head_dist.exists
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = normalized(net.stem.conv1, input, stem, kernel: 3, stride: 2).gelu()
    x = normalized(net.stem.conv2, x, stages[0].channels, kernel: 3, stride: 2)
    for (index, stage) in stages.enumerated() {
      if index > 0 { x = downsampled(net.stages[index].downsample, x, stage, before: stages[index - 1]) }
      for (number, squeezed) in stage.squeezed.enumerated() {
        x = block(net.stages[index].blocks[number], x, hidden: stage.hidden, squeezed: squeezed)
      }
    }
    x = x.globalAveragePool().flattened()
    let first = classified(net["head"].head, x)
    return isDistilled ? first.added(classified(net["head"].head_dist, x)).scaled(by: 0.5) : first
  }

  private func classified(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    net.l.linear(net.bn.batchNormalization(x), classes)
  }

  private func block(_ net: ModulePath, _ input: FeatureMap, hidden: Int, squeezed: Int) -> FeatureMap {
    let mixer = net.token_mixer
    let channels = input.channels
    var x = normalized(mixer.conv, input, channels, kernel: 3, groups: channels)
    if isLegacy {
      x = x.added(normalized(mixer.conv1, input, channels, groups: channels)).added(input)
    } else {
      x = x.added(mixer.conv1.convolution(input, channels, kernel: 1, groups: channels)).added(input)
      x = mixer.bn.batchNormalization(x)
    }
    if squeezed > 0 {
      let inside = net.se.fc1.convolution(x.globalAveragePool(), squeezed, kernel: 1).relu()
      x = x * net.se.fc2.convolution(inside, channels, kernel: 1).sigmoid()
    }
    return mixed(net.channel_mixer, x, hidden)
  }

  private func mixed(_ net: ModulePath, _ input: FeatureMap, _ hidden: Int) -> FeatureMap {
    let x = normalized(net.conv1, input, hidden).gelu()
    return normalized(net.conv2, x, input.channels) + input
  }

  private func downsampled(
    _ net: ModulePath, _ input: FeatureMap, _ stage: Stage, before: Stage
  ) -> FeatureMap {
    var x = block(net.pre_block, input, hidden: before.hidden, squeezed: 0)
    x = normalized(net.spatial_downsample, x, x.channels, kernel: 3, stride: 2, groups: x.channels)
    x = normalized(net.channel_downsample, x, stage.channels)
    return mixed(net.ffn, x, stage.hidden)
  }

  private func normalized(
    _ net: ModulePath, _ x: FeatureMap, _ channels: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1
  ) -> FeatureMap {
    let convolved = net["c"].convolution(
      x, channels, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false)
    return net.bn.batchNormalization(convolved)
  }
}
