/// Xception as modified for segmentation: Chen, Zhu, Papandreou, Schroff, Adam: "Encoder-Decoder with Atrous Separable
/// Convolution for Semantic Image Segmentation", 2018, figure 4, with the keys of timm. Strides take the place of
/// pooling, and each depthwise convolution has a normalization of its own.
///
/// Epsilon 1e-3 is of the TensorFlow weights, from which timm's come. Xception-71 is of the authors' repository: its
/// entry flow has five blocks, of which every other halves the map.
///
/// | | parameters | multiply-accumulates |
/// | --- | --- | --- |
/// | Xception-41 | 26,969,560 | 9.204 G |
/// | Xception-65 | 39,916,312 | 13.853 G |
/// | Xception-71 | 42,338,736 | 17.947 G |
struct AlignedXception: Architecture {
  /// Channels of the first two convolutions.
  var stem = [32, 64]
  /// Channels of the blocks of the entry flow.
  var entry: [Int]
  /// Blocks in the middle flow.
  var middle: Int
  /// Channels of the convolutions of the two blocks of the exit flow.
  var exit = [[728, 1024, 1024], [1536, 1536, 2048]]
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "Aligned Xception"
  static let headModules = [["head.fc"]]
  static let spellings = [Spelling.timm]
  static let variants = [
    ("41", [128, 256, 728], 8), ("65", [128, 256, 728], 16), ("71", [128, 256, 256, 728, 728], 16),
  ].map { layers, entry, middle in
    Variant("xception\(layers)", "Xception-\(layers)", source: "Chen et al. 2018, figure 4; timm") {
      AlignedXception(entry: entry, middle: middle, classes: $0)
    }
  }

  var inputShape: [Int] { [3, 299, 299] }

  init(entry: [Int], middle: Int, classes: Int) { (self.entry, self.middle, self.classes) = (entry, middle, classes) }

  init?(reading keys: WeightTree) {
    // What changes the shape has a shortcut with weights: the blocks of the entry flow and the last but one.
    let depth = keys.blocks.count
    entry = (0..<depth).prefix { keys.blocks[$0].shortcut.exists }
      .compactMap { keys.blocks[$0].stack.conv3.conv_pw.outputs }
    middle = depth - entry.count - 2
    stem = [keys.stem[0].conv, keys.stem[1].conv].compactMap(\.outputs)
    guard middle >= 0, !entry.isEmpty, stem.count == 2, let classes = keys.head.fc.outputs else { return nil }
    self.classes = classes
    exit = [depth - 2, depth - 1].map { block in
      let stack = keys.blocks[block].stack
      return [stack.conv1, stack.conv2, stack.conv3].compactMap(\.conv_pw.outputs)
    }
    guard exit.allSatisfy({ $0.count == 3 }) else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.stem[0]["conv"].convolution(input, stem[0], kernel: 3, stride: 2, padding: 1, bias: false)
    x = normalized(net.stem[0].bn, x).relu()
    x = net.stem[1]["conv"].convolution(x, stem[1], kernel: 3, padding: 1, bias: false)
    x = normalized(net.stem[1].bn, x).relu()

    for (index, channels) in entry.enumerated() {
      let halves = entry.count <= 3 || index % 2 == 0
      x = block(net.blocks[index], x, [channels, channels, channels], stride: halves ? 2 : 1)
    }
    let width = x.channels
    for index in 0..<middle {
      x = block(net.blocks[entry.count + index], x, [width, width, width], stride: 1)
    }
    x = block(net.blocks[entry.count + middle], x, exit[0], stride: 2)
    x = last(net.blocks[entry.count + middle + 1], x)
    return net.classifying(x.globalAveragePool().flattened()) { net.head.fc.linear($0, classes) }
  }

  /// A block whose third convolution has the stride.
  private func block(_ net: ModulePath, _ input: FeatureMap, _ channels: [Int], stride: Int) -> FeatureMap {
    var x = input
    for (number, channels) in zip(1...3, channels) {
      let layer = net.stack["conv\(number)"]
      x = depthwise(layer, x.relu(), stride: number == 3 ? stride : 1)
      x = pointwise(layer, x, channels)
    }
    guard stride != 1 || input.channels != x.channels else { return x + input }
    let shortcut = net.shortcut["conv"].convolution(input, x.channels, kernel: 1, stride: stride, bias: false)
    return x + normalized(net.shortcut.bn, shortcut)
  }

  /// The last block has no shortcut, and ReLU behind every convolution.
  private func last(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    zip(1...3, exit[1]).reduce(input) { x, layer in
      let (number, channels) = layer
      let net = net.stack["conv\(number)"]
      return pointwise(net, depthwise(net, x).relu(), channels).relu()
    }
  }

  private func depthwise(_ net: ModulePath, _ input: FeatureMap, stride: Int = 1) -> FeatureMap {
    let x = net.conv_dw.depthwiseConvolution(input, kernel: 3, stride: stride, padding: 1, bias: false)
    return normalized(net.bn_dw, x)
  }

  private func pointwise(_ net: ModulePath, _ input: FeatureMap, _ channels: Int) -> FeatureMap {
    normalized(net.bn_pw, net.conv_pw.convolution(input, channels, kernel: 1, bias: false))
  }

  private func normalized(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    net.batchNormalization(x, epsilon: 1e-3)
  }
}
