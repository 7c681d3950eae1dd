/// GENet of Lin et al.: "Neural Architecture Design for GPU-Efficient Networks", 2020, table 7, as timm has it: basic blocks, then
/// bottlenecks, then inverted ones with depthwise convolutions.
struct GERNet: Architecture {
  /// What the shapes of a stage tell.
  struct Stage: Equatable, Sendable {
    var depth: Int
    /// Channels inside of bottlenecks; `nil` for basic blocks.
    var inside: Int?
    var groups: Int
    var channels: Int
  }

  var stem: Int
  var stages: [Stage]
  var last: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "GENet"
  static let headModules = [["head.fc"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    guard let stem = keys.stem.conv.outputs, let last = keys.final_conv.conv.outputs,
      let classes = keys["head"].fc.outputs, keys.stages[0][0].conv1_kxk.exists, keys.stages.count == 5
    else { return nil }
    (self.stem, self.last, self.classes) = (stem, last, classes)
    stages = (0..<5).compactMap { index in
      let block = keys.stages[index][0]
      let inside = block.conv1_1x1.conv.outputs
      guard let inputs = block.conv2_kxk.conv.inputs,
        let channels = (inside == nil ? block.conv2_kxk : block.conv3_1x1).conv.outputs
      else { return nil }
      return Stage(
        depth: keys.stages[index].count, inside: inside, groups: inside.map { max($0 / inputs, 1) } ?? 1,
        channels: channels)
    }
    guard stages.count == 5 else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.stem.normalizedConvolution(input, stem, kernel: 3, stride: 2).relu()
    for (index, stage) in stages.enumerated() {
      for number in 0..<stage.depth {
        x = block(net.stages[index][number], x, stage, stride: number == 0 && index < 4 ? 2 : 1)
      }
    }
    x = net.final_conv.normalizedConvolution(x, last).relu()
    return net.classifying(x.globalAveragePool().flattened()) { net["head"].fc.linear($0, classes) }
  }

  private func block(_ net: ModulePath, _ input: FeatureMap, _ stage: Stage, stride: Int) -> FeatureMap {
    var x: FeatureMap
    if let inside = stage.inside {
      x = net.conv1_1x1.normalizedConvolution(input, inside).relu()
      x = net.conv2_kxk.normalizedConvolution(x, inside, kernel: 3, stride: stride, groups: stage.groups).relu()
      x = net.conv3_1x1.normalizedConvolution(x, stage.channels)
    } else {
      x = net.conv1_kxk.normalizedConvolution(input, stage.channels, kernel: 3, stride: stride).relu()
      x = net.conv2_kxk.normalizedConvolution(x, stage.channels, kernel: 3)
    }
    guard stride != 1 || input.channels != stage.channels else { return (x + input).relu() }
    return (x + net.shortcut.normalizedConvolution(input, stage.channels, stride: stride)).relu()
  }
}
