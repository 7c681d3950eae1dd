/// ReXNet of Han et al.: "Rethinking Channel Dimensions for Efficient Model Design", 2020, table 5, as timm has it.
struct ReXNet: Architecture {
  /// What the shapes of a block tell.
  struct Block: Equatable, Sendable {
    /// Channels inside if the block expands.
    var expanded: Int?
    var squeezed: Int?
    var channels: Int
  }

  var stem: Int
  var blocks: [Block]
  var last: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "ReXNet"
  static let headModules = [["head.fc"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  /// The blocks that stride.
  private static let striding: Set<Int> = [1, 3, 5, 11]

  init?(reading keys: WeightTree) {
    guard let stem = keys.stem.conv.outputs, keys.features[0].conv_pwl.exists, let classes = keys["head"].fc.outputs
    else {
      return nil
    }
    let count = keys.features.count - 1
    guard count == 16, let last = keys.features[count].conv.outputs else { return nil }
    (self.stem, self.last, self.classes) = (stem, last, classes)
    blocks = (0..<count).compactMap { index in
      let block = keys.features[index]
      guard let channels = block.conv_pwl.conv.outputs else { return nil }
      return Block(
        expanded: block.conv_exp.conv.outputs, squeezed: block.se.fc1.outputs, channels: channels)
    }
    guard blocks.count == count else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.stem.normalizedConvolution(input, stem, kernel: 3, stride: 2).silu()
    for (index, block) in blocks.enumerated() {
      x = self.block(net.features[index], x, block, stride: Self.striding.contains(index) ? 2 : 1)
    }
    x = net.features[blocks.count].normalizedConvolution(x, last).silu()
    return net.classifying(x.globalAveragePool().flattened()) { net["head"].fc.linear($0, classes) }
  }

  private func block(_ net: ModulePath, _ input: FeatureMap, _ block: Block, stride: Int) -> FeatureMap {
    var x = input
    if let expanded = block.expanded { x = net.conv_exp.normalizedConvolution(x, expanded).silu() }
    x = net.conv_dw.normalizedConvolution(x, x.channels, kernel: 3, stride: stride, groups: x.channels)
    if let squeezed = block.squeezed {
      var gates = net.se.fc1.convolution(x.globalAveragePool(), squeezed, kernel: 1)
      gates = net.se.bn.batchNormalization(gates).relu()
      x = x * net.se.fc2.convolution(gates, x.channels, kernel: 1).sigmoid()
    }
    x = net.conv_pwl.normalizedConvolution(x.relu6(), block.channels)
    let shared = input.channels
    guard stride == 1, shared <= block.channels else { return x }
    if shared == block.channels { return x + input }
    // The input goes around those channels that it has.
    return .concatenated([x.channels(from: 0, to: shared) + input, x.channels(from: shared, to: block.channels)])
  }
}
