/// What stands in place of a bottleneck's 3x3 convolution.
enum ResNetFilter: Equatable, Sendable {
  case plain
  /// Convolutions over parts of the channels, each reading the one before it, too (Gao et al.: "Res2Net", 2019, figure 2),
  /// with these numbers of channels in a part, by stage.
  case multiScale([Int])
  /// Convolutions that attention chooses from (Zhang et al.: "ResNeSt", 2020, figure 2): how many, and the channels inside of
  /// the attention, by stage.
  case split(Int, [Int])

  init?(reading stages: [WeightTree], widths: [Int]) {
    let first = stages.map { $0[0] }
    if first[0].convs.exists {
      self = .multiScale(first.compactMap { $0.convs[0].outputs })
    } else if let joined = first[0].conv2.conv.outputs, let width = widths.first {
      self = .split(max(joined / width, 1), first.compactMap { $0.conv2.fc1.outputs })
    } else {
      self = .plain
    }
    switch self {
    case .multiScale(let parts): guard parts.count == stages.count else { return nil }
    case .split(_, let inside): guard inside.count == stages.count else { return nil }
    case .plain: break
    }
  }

  /// Channels that the first of a part's convolutions reads in one group.
  static func inputs(_ block: WeightTree) -> Int? {
    block.convs[0].inputs ?? block.conv2.conv.inputs ?? block.conv2.inputs
  }

  /// Res2Net: the parts one after the other; the last one passes. If the block strides or changes the channels, parts do
  /// not read one another.
  static func multiScale(
    _ net: ModulePath, _ x: FeatureMap, part: Int, stride: Int, groups: Int, isChanged: Bool
  ) -> FeatureMap {
    let count = x.channels / max(part, 1)
    guard count <= 64 else { return x.refused("a block of \(count) parts") }
    var outputs: [FeatureMap] = []
    for index in 0..<max(count - 1, 1) {
      let own = x.channels(from: index * part, to: (index + 1) * part)
      let y = index == 0 || isChanged ? own : outputs[index - 1].added(own)
      let convolved = net.convs[index].convolution(
        y, part, kernel: 3, stride: stride, padding: 1, groups: groups, bias: false)
      outputs.append(net.bns[index].batchNormalization(convolved).relu())
    }
    if count > 1 {
      let last = x.channels(from: (count - 1) * part, to: count * part)
      outputs.append(isChanged ? last.averagePool(kernel: 3, stride: stride, padding: 1) : last)
    }
    return .concatenated(outputs)
  }

  /// ResNeSt: shares of each convolution for each channel, which add up to one. A stride takes means behind it.
  static func split(
    _ net: ModulePath, _ input: FeatureMap, radix: Int, inside: Int, stride: Int, groups: Int
  ) -> FeatureMap {
    let width = input.channels
    var x = net.conv.convolution(input, width * radix, kernel: 3, padding: 1, groups: groups * radix, bias: false)
    x = net.bn0.batchNormalization(x).relu()
    let extents = x.shape.map { $0.value ?? 1 }
    let parts = x.reshaped([0, radix, width, extents[2], extents[3]])
    let sum = radix > 1 ? parts.sum(axes: [1], keepsAxes: false) : x
    var gates = net.fc1.convolution(sum.globalAveragePool(), inside, kernel: 1, groups: groups)
    gates = net.bn1.batchNormalization(gates).relu()
    gates = net.fc2.convolution(gates, width * radix, kernel: 1, groups: groups)
    if radix > 1 {
      gates = gates.reshaped([0, groups, radix, width / groups]).transposed([0, 2, 1, 3]).softmax(axis: 1)
      x = (parts * gates.reshaped([0, radix, width, 1, 1])).sum(axes: [1], keepsAxes: false)
    } else {
      x = x * gates.sigmoid()
    }
    return stride > 1 ? x.averagePool(kernel: 3, stride: stride, padding: 1) : x
  }
}
