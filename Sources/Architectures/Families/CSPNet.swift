/// Darknet-53 of Redmon, Farhadi: "YOLOv3: An Incremental Improvement", 2018, table 1, and networks of cross stage partial
/// connections of Wang et al.: "CSPNet: A New Backbone that can Enhance Learning Capability of CNN", 2019, figure 2, on its
/// blocks and on those of ResNet and ResNeXt, as timm has them.
struct CSPNet: Architecture {
  /// What the shapes of a stage tell.
  struct Stage: Equatable, Sendable {
    var depth: Int
    /// Channels of the convolution that strides; `nil` without it.
    var down: Int?
    /// Channels that are split in two; `nil` for a stage without a path around its blocks.
    var expanded: Int?
    /// Channels inside of and behind the blocks.
    var inside: Int
    var blocks: Int
    /// Channels that come out.
    var channels: Int
    var groups: Int
  }

  var stem: Int
  var stemKernel: Int
  var stages: [Stage]
  /// True for blocks of 1x1, 3x3, 1x1; false for 1x1, 3x3.
  var isBottleneck: Bool
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "CSPNet"
  static let headModules = [["head.fc"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    guard let stem = keys.stem.conv1.conv.outputs, let kernel = keys.stem.conv1.conv.kernel, !keys.stem.conv2.exists,
      let classes = keys["head"].fc.outputs, keys.stages[0].blocks[0].conv2.exists
    else { return nil }
    (self.stem, stemKernel, self.classes) = (stem, kernel, classes)
    isBottleneck = keys.stages[0].blocks[0].conv3.exists
    stages = (0..<keys.stages.count).compactMap { index in
      let stage = keys.stages[index]
      let block = stage.blocks[0]
      let down = stage.conv_down.conv.outputs
      guard let inside = block.conv1.conv.outputs, let inputs = block.conv2.conv.inputs,
        let blocks = (block.conv3.exists ? block.conv3 : block.conv2).conv.outputs
      else { return nil }
      return Stage(
        depth: stage.blocks.count, down: down, expanded: stage.conv_exp.conv.outputs, inside: inside, blocks: blocks,
        channels: stage.conv_transition.conv.outputs ?? blocks, groups: max(inside / inputs, 1))
    }
    guard !stages.isEmpty, stages.count == keys.stages.count else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let isWide = stemKernel == 7
    var x = net.stem.conv1.normalizedConvolution(input, stem, kernel: stemKernel, stride: isWide ? 2 : 1)
    x = activated(x)
    if isWide { x = x.maxPool(kernel: 3, stride: 2, padding: 1) }
    for (index, stage) in stages.enumerated() { x = self.stage(net.stages[index], x, stage) }
    return net.classifying(x.globalAveragePool().flattened()) { net["head"].fc.linear($0, classes) }
  }

  private func stage(_ net: ModulePath, _ input: FeatureMap, _ stage: Stage) -> FeatureMap {
    var x = input
    if let down = stage.down {
      x = activated(net.conv_down.normalizedConvolution(x, down, kernel: 3, stride: 2, groups: stage.groups))
    }
    guard let expanded = stage.expanded else {
      return (0..<stage.depth).reduce(x) { block(net.blocks[$1], $0, stage) }
    }
    x = net.conv_exp.normalizedConvolution(x, expanded)
    if !isBottleneck { x = activated(x) }
    let kept = x.channels(from: 0, to: expanded / 2)
    x = (0..<stage.depth).reduce(x.channels(from: expanded / 2, to: expanded)) { block(net.blocks[$1], $0, stage) }
    x = activated(net.conv_transition_b.normalizedConvolution(x, expanded / 2))
    return activated(net.conv_transition.normalizedConvolution(.concatenated([kept, x]), stage.channels))
  }

  private func block(_ net: ModulePath, _ input: FeatureMap, _ stage: Stage) -> FeatureMap {
    var x = activated(net.conv1.normalizedConvolution(input, stage.inside))
    let width = isBottleneck ? stage.inside : stage.blocks
    x = activated(net.conv2.normalizedConvolution(x, width, kernel: 3, groups: stage.groups))
    guard isBottleneck else { return x + input }
    return activated(net.conv3.normalizedConvolution(x, stage.blocks) + input)
  }

  private func activated(_ x: FeatureMap) -> FeatureMap { x.leakyRelu(0.01) }
}
