import CNNGraphs

/// Dual Path Networks of Chen et al.: "Dual Path Networks", 2017, table 1, as timm has them: each block adds to some of its
/// channels and puts new ones beside the others.
struct DPN: Architecture {
  /// What the shapes of a stage tell.
  struct Stage: Equatable, Sendable {
    var depth: Int
    /// Channels inside of the blocks.
    var inside: Int
    /// Channels that are added to.
    var kept: Int
    /// Channels that each block puts beside.
    var growth: Int
  }

  var stem: Int
  /// True for a 3x3 stem.
  var isSmall: Bool
  var stages: [Stage]
  var groups: Int
  /// True if the last convolution of a block is two.
  var isDivided: Bool
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "DPN"
  static let headModules = [["classifier"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    let features = keys.features
    guard let stem = features.conv1_1.conv.outputs, let kernel = features.conv1_1.conv.kernel,
      let classes = keys.classifier.outputs
    else { return nil }
    (self.stem, isSmall, self.classes) = (stem, kernel == 3, classes)
    let first = (2...5).map { features["conv\($0)_1"] }
    isDivided = first[0].c1x1_c1.exists
    let divided = isDivided
    stages = first.enumerated().compactMap { index, block in
      guard let inside = block.c1x1_a.conv.outputs,
        let both = (block.c1x1_w_s1.exists ? block.c1x1_w_s1 : block.c1x1_w_s2).conv.outputs
      else { return nil }
      let single = divided ? nil : block.c1x1_c.conv.outputs
      guard let growth = divided ? block.c1x1_c2.outputs : single.map({ both - $0 }), growth > 0 else { return nil }
      let depth = (1..<256).first { !features["conv\(index + 2)_\($0)"].exists } ?? 1
      return Stage(depth: depth - 1, inside: inside, kept: both - 2 * growth, growth: growth)
    }
    guard stages.count == 4, let inputs = first[0].c3x3_b.conv.inputs, stages.allSatisfy({ $0.kept > 0 }) else {
      return nil
    }
    groups = max(stages[0].inside / inputs, 1)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let kernel = isSmall ? 3 : 7
    var x = net.features.conv1_1.conv.convolution(
      input, stem, kernel: kernel, stride: 2, padding: kernel / 2, bias: false)
    x = net.features.conv1_1.bn.batchNormalization(x, epsilon: 1e-3)
    x = activated(x)
    x = x.maxPool(kernel: 3, stride: 2, padding: 1)
    for (index, stage) in stages.enumerated() {
      for number in 0..<stage.depth {
        x = block(net.features["conv\(index + 2)_\(number + 1)"], x, stage, isFirst: number == 0, isTop: index == 0)
      }
    }
    x = activated(net.features.conv5_bn_ac.bn.batchNormalization(x, epsilon: 1e-3)).globalAveragePool()
    return net.classifying(x) { net.classifier.convolution($0, classes, kernel: 1).flattened() }
  }

  /// The smallest published one (3, 4, 6 and 3 blocks) has Swish before and behind the blocks.
  private func activated(_ x: FeatureMap) -> FeatureMap {
    isSmall && stages.map(\.depth) == [3, 4, 6, 3] ? x.silu() : x.relu()
  }

  private func block(
    _ net: ModulePath, _ input: FeatureMap, _ stage: Stage, isFirst: Bool, isTop: Bool
  ) -> FeatureMap {
    let stride = isFirst && !isTop ? 2 : 1
    var around = input
    if isFirst {
      around = layer(
        isTop ? net.c1x1_w_s1 : net.c1x1_w_s2, input, stage.kept + 2 * stage.growth, stride: stride)
    }
    var x = layer(net.c1x1_a, input, stage.inside)
    x = layer(net.c3x3_b, x, stage.inside, kernel: 3, stride: stride, groups: groups)
    let parts: [FeatureMap]
    if isDivided {
      x = net.c1x1_c.bn.batchNormalization(x, epsilon: 1e-3).relu()
      parts = [
        net.c1x1_c1.convolution(x, stage.kept, kernel: 1, bias: false),
        net.c1x1_c2.convolution(x, stage.growth, kernel: 1, bias: false),
      ]
    } else {
      x = layer(net.c1x1_c, x, stage.kept + stage.growth)
      parts = [x.channels(from: 0, to: stage.kept), x.channels(from: stage.kept, to: stage.kept + stage.growth)]
    }
    let beside = around.channels(from: stage.kept, to: around.channels)
    return .concatenated([around.channels(from: 0, to: stage.kept).added(parts[0]), beside, parts[1]])
  }

  /// Normalization, activation and convolution.
  private func layer(
    _ net: ModulePath, _ x: FeatureMap, _ channels: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1
  ) -> FeatureMap {
    net.conv.convolution(
      net.bn.batchNormalization(x, epsilon: 1e-3).relu(), channels, kernel: kernel, stride: stride,
      padding: kernel / 2, groups: groups, bias: false)
  }
}
