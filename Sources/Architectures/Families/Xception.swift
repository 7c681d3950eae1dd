/// Xception of Chollet: "Xception: Deep Learning with Depthwise Separable Convolutions", 2016, figure 5, with the keys
/// of timm's `legacy_xception`, which come from Cadene's pretrained-models.pytorch.
///
/// Nothing stands between the two convolutions of a separable one (section 4.7). Epsilon is PyTorch's 1e-5, and max
/// pooling pads by 1, as there; Keras has 1e-3 and pads as TensorFlow does. 22,855,952 parameters, 8.357 G
/// multiply-accumulates.
struct Xception: RenamedArchitecture {
  /// Channels of the first two convolutions.
  var stem = [32, 64]
  /// Channels of the three blocks of the entry flow.
  var entry = [128, 256, 728]
  /// Blocks in the middle flow.
  var middle = 8
  /// Channels of the exit flow: its block and its two separable convolutions.
  var exit = [1024, 1536, 2048]
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "Xception"
  static let headModules = [["fc"]]
  static let spellings = [Spelling.timm]
  static let variants = [
    Variant("xception", "Xception", source: "Chollet 2016, figure 5; timm's legacy_xception") { Xception(classes: $0) }
  ]

  var inputShape: [Int] { [3, 299, 299] }

  static func mayHaveOlderKeys(_ keys: WeightTree) -> Bool { keys.last_linear.exists }

  /// pretrained-models.pytorch names the last layer `last_linear`.
  static func renamed(_ key: String) -> String { key.hasPrefix("last_linear.") ? "fc.\(key.dropFirst(12))" : key }

  init(classes: Int) { self.classes = classes }

  init?(reading keys: WeightTree) {
    stem = [keys.conv1, keys.conv2].compactMap(\.outputs)
    entry = [keys.block1, keys.block2, keys.block3].compactMap(\.skip.outputs)
    middle = (4...).prefix { keys["block\($0)"].exists && !keys["block\($0)"].skip.exists }.count
    exit = [keys["block\(4 + middle)"].skip, keys.conv3.pointwise, keys.conv4.pointwise].compactMap(\.outputs)
    guard stem.count == 2, entry.count == 3, exit.count == 3, let classes = keys.fc.outputs else { return nil }
    self.classes = classes
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.conv1.convolution(input, stem[0], kernel: 3, stride: 2, bias: false)
    x = net.bn1.batchNormalization(x).relu()
    x = net.conv2.convolution(x, stem[1], kernel: 3, bias: false)
    x = net.bn2.batchNormalization(x).relu()

    x = halving(net.block1, x, [entry[0], entry[0]], startsWithRelu: false)
    x = halving(net.block2, x, [entry[1], entry[1]])
    x = halving(net.block3, x, [entry[2], entry[2]])
    for block in 0..<middle {
      x = branch(net["block\(4 + block)"].rep, x, [entry[2], entry[2], entry[2]]) + x
    }
    x = halving(net["block\(4 + middle)"], x, [entry[2], exit[0]])

    x = net.bn3.batchNormalization(separable(net.conv3, x, exit[1])).relu()
    x = net.bn4.batchNormalization(separable(net.conv4, x, exit[2])).relu()
    return net.classifying(x.globalAveragePool().flattened()) { net.fc.linear($0, classes) }
  }

  /// A block that halves the map; the shortcut starts before the first ReLU.
  private func halving(
    _ net: ModulePath, _ input: FeatureMap, _ channels: [Int], startsWithRelu: Bool = true
  ) -> FeatureMap {
    let x = branch(net.rep, input, channels, startsWithRelu: startsWithRelu).maxPool(kernel: 3, stride: 2, padding: 1)
    let shortcut = net.skip.convolution(input, channels[1], kernel: 1, stride: 2, bias: false)
    return x + net.skipbn.batchNormalization(shortcut)
  }

  /// ReLU, separable convolution and normalization in turn, numbered from 0.
  private func branch(
    _ net: ModulePath, _ input: FeatureMap, _ channels: [Int], startsWithRelu: Bool = true
  ) -> FeatureMap {
    var x = input
    var index = 0
    for (number, channels) in channels.enumerated() {
      if number > 0 || startsWithRelu {
        x = x.relu()
        index += 1
      }
      x = net[index + 1].batchNormalization(separable(net[index], x, channels))
      index += 2
    }
    return x
  }

  private func separable(_ net: ModulePath, _ input: FeatureMap, _ channels: Int) -> FeatureMap {
    let x = net.conv1.depthwiseConvolution(input, kernel: 3, padding: 1, bias: false)
    return net.pointwise.convolution(x, channels, kernel: 1, bias: false)
  }
}
