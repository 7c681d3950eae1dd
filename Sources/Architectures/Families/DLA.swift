import CNNGraphs

/// Deep Layer Aggregation of Yu et al.: "Deep Layer Aggregation", 2017, table 1 and figure 3, as timm has it: trees of blocks
/// whose roots read all of their parts; with the blocks of ResNet, ResNeXt or Res2Net.
struct DLA: Architecture {
  /// What the shapes of a level tell.
  struct Level: Equatable, Sendable {
    /// How deep the tree is.
    var depth: Int
    var channels: Int
    /// Channels inside of a bottleneck, or of one part of it.
    var inside: Int
  }

  var base: Int
  /// Convolutions of the first two levels, by their channels.
  var simple: [[Int]]
  var levels: [Level]
  var isBottleneck: Bool
  var groups: Int
  /// Parts of a Res2Net block; 1 for others.
  var scale: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "DLA"
  static let headModules = [["fc"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  /// The deeper published ones (DLA-102 and 169) add a root's first part to its result.
  private var addsAtRoots: Bool { levels[2].depth >= 4 }

  init?(reading keys: WeightTree) {
    guard let base = keys.base_layer[0].outputs, let classes = keys.fc.outputs, keys.level2.exists else { return nil }
    (self.base, self.classes) = (base, classes)
    simple = [keys.level0, keys.level1].map { level in (0..<8).compactMap { level[3 * $0].outputs } }
    var leaves: [WeightTree] = []
    levels = (2...5).compactMap { number in
      var tree = keys["level\(number)"]
      var depth = 1
      while tree.tree1.tree1.exists, depth < 8 { (tree, depth) = (tree.tree1, depth + 1) }
      guard let channels = tree.root.conv.outputs,
        let inside = (tree.tree1.convs[0].outputs ?? tree.tree1.conv2.outputs)
      else { return nil }
      leaves.append(tree.tree1)
      return Level(depth: depth, channels: channels, inside: inside)
    }
    guard levels.count == 4, let leaf = leaves.first, simple.allSatisfy({ !$0.isEmpty }) else { return nil }
    isBottleneck = leaf.conv3.exists
    let parts = leaf.convs[0].inputs
    scale = parts == nil ? 1 : max((leaf.conv1.outputs ?? 1) / levels[0].inside, 1)
    guard let inputs = parts ?? leaf.conv2.inputs else { return nil }
    groups = max(levels[0].inside / inputs, 1)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = normalized((net.base_layer[0], net.base_layer[1]), input, base, kernel: 7).relu()
    for (number, widths) in simple.enumerated() {
      let level = net["level\(number)"]
      for (index, width) in widths.enumerated() {
        let stride = number == 1 && index == 0 ? 2 : 1
        x = normalized((level[3 * index], level[3 * index + 1]), x, width, kernel: 3, stride: stride).relu()
      }
    }
    for (number, level) in levels.enumerated() {
      x = tree(
        net["level\(number + 2)"], x, level, depth: level.depth, stride: 2, children: [], readsBottom: number > 0)
    }
    x = x.globalAveragePool()
    return net.classifying(x) { net.fc.convolution($0, classes, kernel: 1).flattened() }
  }

  private func tree(
    _ net: ModulePath, _ x: FeatureMap, _ level: Level, depth: Int, stride: Int, children: [FeatureMap],
    readsBottom: Bool = false
  ) -> FeatureMap {
    let bottom = stride > 1 ? x.maxPool(kernel: stride, stride: stride) : x
    var children = children
    if readsBottom { children.append(bottom) }
    guard depth == 1 else {
      let first = tree(net.tree1, x, level, depth: depth - 1, stride: stride, children: [])
      return tree(net.tree2, first, level, depth: depth - 1, stride: 1, children: children + [first])
    }
    let shortcut =
      x.channels == level.channels ? bottom : normalized((net.project[0], net.project[1]), bottom, level.channels)
    let first = block(net.tree1, x, level, stride: stride, shortcut: shortcut)
    let second = block(net.tree2, first, level, stride: 1, shortcut: first)
    let root = normalized(
      (net.root.conv, net.root.bn), .concatenated([second, first] + children), level.channels)
    return (addsAtRoots ? root.added(second) : root).relu()
  }

  private func block(
    _ net: ModulePath, _ input: FeatureMap, _ level: Level, stride: Int, shortcut: FeatureMap
  ) -> FeatureMap {
    guard isBottleneck else {
      let x = normalized((net.conv1, net.bn1), input, level.channels, kernel: 3, stride: stride).relu()
      return (normalized((net.conv2, net.bn2), x, level.channels, kernel: 3) + shortcut).relu()
    }
    var x = normalized((net.conv1, net.bn1), input, level.inside * scale).relu()
    if scale > 1 {
      x = ResNetFilter.multiScale(
        net, x, part: level.inside, stride: stride, groups: groups, isChanged: stride > 1)
    } else {
      x = normalized((net.conv2, net.bn2), x, level.inside, kernel: 3, stride: stride, groups: groups).relu()
    }
    return (normalized((net.conv3, net.bn3), x, level.channels) + shortcut).relu()
  }

  private func normalized(
    _ layer: NormalizedConvolution, _ x: FeatureMap, _ channels: Int, kernel: Int = 1, stride: Int = 1,
    groups: Int = 1
  ) -> FeatureMap {
    layer.normalization.batchNormalization(
      layer.convolution.convolution(
        x, channels, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false))
  }
}
