/// HRNet of Wang et al.: "Deep High-Resolution Representation Learning for Visual Recognition", 2019, figures 2 and 11, as its
/// authors and timm have it for classification: branches of up to four resolutions that are summed again and again.
struct HRNet: Architecture {
  /// What the shapes of a stage tell.
  struct Stage: Equatable, Sendable {
    /// Modules of branches and a sum.
    var modules: Int
    /// Blocks of each branch.
    var depths: [Int]
    /// Channels of each branch.
    var channels: [Int]
  }

  var stem: [Int]
  /// Bottlenecks before the first branching, and their channels inside.
  var first: (depth: Int, width: Int)
  var stages: [Stage]
  /// Channels inside of the last bottlenecks, by branch, and of the last convolution.
  var tops: [Int]
  var last: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "HRNet"
  static let headModules = [["classifier"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  static func == (a: HRNet, b: HRNet) -> Bool {
    a.stem == b.stem && a.first == b.first && a.stages == b.stages && a.tops == b.tops && a.last == b.last
      && a.classes == b.classes && a.spelling == b.spelling
  }

  init?(reading keys: WeightTree) {
    guard let one = keys.conv1.outputs, let two = keys.conv2.outputs, let width = keys.layer1[0].conv1.outputs,
      let last = keys.final_layer[0].outputs, let classes = keys.classifier.outputs, keys.stage2[0].branches.exists
    else { return nil }
    (stem, first, self.last, self.classes) = ([one, two], (keys.layer1.count, width), last, classes)
    stages = (2...4).map { number in
      let stage = keys["stage\(number)"]
      let branches = (0..<min(stage[0].branches.count, 4)).map { stage[0].branches[$0] }
      return Stage(
        modules: stage.count, depths: branches.map(\.count), channels: branches.compactMap { $0[0].conv1.outputs })
    }
    tops = (0..<4).compactMap { keys.incre_modules[$0][0].conv1.outputs }
    guard tops.count == 4, stages.enumerated().allSatisfy({ $1.channels.count == $0 + 2 && $1.depths.count == $0 + 2 })
    else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = normalized((net.conv1, net.bn1), input, stem[0], kernel: 3, stride: 2).relu()
    x = normalized((net.conv2, net.bn2), x, stem[1], kernel: 3, stride: 2).relu()
    for index in 0..<first.depth { x = bottleneck(net.layer1[index], x, first.width) }
    var maps = [x]
    for (index, stage) in stages.enumerated() {
      maps = branched(net["transition\(index + 1)"], maps, stage.channels)
      for number in 0..<stage.modules { maps = module(net["stage\(index + 2)"][number], maps, stage) }
    }
    var y = bottleneck(net.incre_modules[0][0], maps[0], tops[0])
    for index in 1..<4 {
      let down = net.downsamp_modules[index - 1]
      let smaller = down[0].convolution(y, 4 * tops[index], kernel: 3, stride: 2, padding: 1)
      y = bottleneck(net.incre_modules[index][0], maps[index], tops[index])
        .added(down[1].batchNormalization(smaller).relu())
    }
    y = net.final_layer[1].batchNormalization(net.final_layer[0].convolution(y, last, kernel: 1)).relu()
    return net.classifying(y.globalAveragePool().flattened()) { net.classifier.linear($0, classes) }
  }

  /// The maps of the next stage: one more, of half the extents.
  private func branched(_ net: ModulePath, _ maps: [FeatureMap], _ channels: [Int]) -> [FeatureMap] {
    channels.enumerated().map { index, width in
      guard index < maps.count else {
        return normalized((net[index][0][0], net[index][0][1]), maps[maps.count - 1], width, kernel: 3, stride: 2)
          .relu()
      }
      guard maps[index].channels != width else { return maps[index] }
      return normalized((net[index][0], net[index][1]), maps[index], width, kernel: 3).relu()
    }
  }

  private func module(_ net: ModulePath, _ maps: [FeatureMap], _ stage: Stage) -> [FeatureMap] {
    let branches = maps.enumerated().map { branch, map in
      (0..<stage.depths[branch]).reduce(map) { basic(net.branches[branch][$1], $0) }
    }
    return stage.channels.enumerated().map { target, width in
      let parts = branches.enumerated().map { source, map in
        fused(net.fuse_layers[target][source], map, width, steps: target - source)
      }
      return parts.dropFirst().reduce(parts[0]) { $0.added($1) }.relu()
    }
  }

  /// A branch's map in the extents of another branch: enlarged, or made smaller `steps` times.
  private func fused(_ net: ModulePath, _ map: FeatureMap, _ width: Int, steps: Int) -> FeatureMap {
    if steps == 0 { return map }
    if steps < 0 {
      let x = normalized((net[0], net[1]), map, width)
      return x.resized(to: x.shape.suffix(2).map { ($0.value ?? 1) << -steps }, mode: .nearest)
    }
    return (0..<steps).reduce(map) { x, step in
      let isLast = step == steps - 1
      let y = normalized(
        (net[step][0], net[step][1]), x, isLast ? width : map.channels, kernel: 3, stride: 2)
      return isLast ? y : y.relu()
    }
  }

  private func basic(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let x = normalized((net.conv1, net.bn1), input, input.channels, kernel: 3).relu()
    return (normalized((net.conv2, net.bn2), x, input.channels, kernel: 3) + input).relu()
  }

  private func bottleneck(_ net: ModulePath, _ input: FeatureMap, _ width: Int) -> FeatureMap {
    var x = normalized((net.conv1, net.bn1), input, width).relu()
    x = normalized((net.conv2, net.bn2), x, width, kernel: 3).relu()
    x = normalized((net.conv3, net.bn3), x, 4 * width)
    guard input.channels != 4 * width else { return (x + input).relu() }
    return (x + normalized((net.downsample[0], net.downsample[1]), input, 4 * width)).relu()
  }

  private func normalized(
    _ layer: NormalizedConvolution, _ x: FeatureMap, _ channels: Int, kernel: Int = 1, stride: Int = 1
  ) -> FeatureMap {
    layer.normalization.batchNormalization(
      layer.convolution.convolution(x, channels, kernel: kernel, stride: stride, padding: kernel / 2, bias: false))
  }
}
