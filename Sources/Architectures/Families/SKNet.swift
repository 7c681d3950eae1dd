/// SKNet of Li et al.: "Selective Kernel Networks", 2019, figure 1, on the blocks of ResNet, as timm has it: two 3x3
/// convolutions of different dilation, and attention that chooses for each channel.
struct SKNet: Architecture {
  var depths: [Int]
  var isBottleneck: Bool
  var stem = 64
  /// Channels that come out of the first layer of each stage's blocks.
  var widths: [Int]
  var channels: [Int]
  var groups = 1
  /// Channels inside of the attention, by stage.
  var inside: [Int]
  /// True if each of the two convolutions reads one half of the channels.
  var splitsInput = true
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "SKNet"
  static let headModules = [["fc"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    let stages = (1...4).map { keys["layer\($0)"] }
    let first = stages.map { $0[0] }
    let isBottleneck = first[0].conv3.exists
    self.isBottleneck = isBottleneck
    let selective = first.map { isBottleneck ? $0.conv2 : $0.conv1 }
    guard let stem = keys.conv1.outputs, let classes = keys.fc.outputs, let path = selective[0].paths[0].conv.shape(),
      path.count == 4, selective[0].paths.count == 2
    else { return nil }
    (self.stem, self.classes, depths) = (stem, classes, stages.map(\.count))
    widths = selective.compactMap { $0.paths[0].conv.outputs }
    channels = first.compactMap { (isBottleneck ? $0.conv3 : $0.conv2).conv.outputs }
    inside = selective.compactMap { $0.attn.fc_reduce.outputs }
    guard widths.count == 4, channels.count == 4, inside.count == 4 else { return nil }
    let inputs = isBottleneck ? widths[0] : stem
    splitsInput = 2 * path[1] == inputs
    groups = splitsInput ? 1 : max(inputs / path[1], 1)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.conv1.convolution(input, stem, kernel: 7, stride: 2, padding: 3, bias: false)
    x = net.bn1.batchNormalization(x).relu().maxPool(kernel: 3, stride: 2, padding: 1)
    for stage in 0..<4 {
      for index in 0..<depths[stage] {
        x = block(net["layer\(stage + 1)"][index], x, stage, stride: stage > 0 && index == 0 ? 2 : 1)
      }
    }
    return net.classifying(x.globalAveragePool().flattened()) { net.fc.linear($0, classes) }
  }

  private func block(_ net: ModulePath, _ input: FeatureMap, _ stage: Int, stride: Int) -> FeatureMap {
    var x = input
    if isBottleneck {
      x = net.conv1.conv.convolution(x, widths[stage], kernel: 1, bias: false)
      x = selected(net.conv2, net.conv1.bn.batchNormalization(x).relu(), stage, stride)
      x = net.conv3.conv.convolution(x, channels[stage], kernel: 1, bias: false)
      x = net.conv3.bn.batchNormalization(x)
    } else {
      x = selected(net.conv1, x, stage, stride)
      x = net.conv2.conv.convolution(x, channels[stage], kernel: 3, padding: 1, bias: false)
      x = net.conv2.bn.batchNormalization(x)
    }
    guard stride != 1 || input.channels != channels[stage] else { return (x + input).relu() }
    let shortcut = net.downsample[0].convolution(input, channels[stage], kernel: 1, stride: stride, bias: false)
    return (x + net.downsample[1].batchNormalization(shortcut)).relu()
  }

  private func selected(_ net: ModulePath, _ input: FeatureMap, _ stage: Int, _ stride: Int) -> FeatureMap {
    let half = input.channels / 2
    let paths = (0..<2).map { index in
      let x = splitsInput ? input.channels(from: half * index, to: half * (index + 1)) : input
      let y = net.paths[index].conv.convolution(
        x, widths[stage], kernel: 3, stride: stride, padding: index + 1, dilation: index + 1, groups: groups,
        bias: false)
      return net.paths[index].bn.batchNormalization(y).relu()
    }
    var gates = paths[0].added(paths[1]).globalAveragePool()
    gates = net.attn.fc_reduce.convolution(gates, inside[stage], kernel: 1, bias: false)
    gates = net.attn.bn.batchNormalization(gates).relu()
    gates = net.attn.fc_select.convolution(gates, 2 * widths[stage], kernel: 1, bias: false)
    gates = gates.reshaped([0, 2, widths[stage], 1, 1]).softmax(axis: 1)
    let parts = (0..<2).map {
      paths[$0] * gates.sliced(axis: 1, from: $0, to: $0 + 1).reshaped([0, widths[stage], 1, 1])
    }
    return parts[0].added(parts[1])
  }
}
