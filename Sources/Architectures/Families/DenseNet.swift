/// DenseNet of Huang, Liu, van der Maaten, Weinberger: "Densely Connected Convolutional Networks", 2016, table 1
/// (DenseNet-BC: bottlenecks, and transitions that halve the channels), as torchvision has it; timm has the same keys.
///
/// DenseNet-161, of growth rate 48, is in the table of the paper's earlier versions.
///
/// | | parameters | multiply-accumulates |
/// | --- | --- | --- |
/// | DenseNet-121 | 7,978,856 | 2.834 G |
/// | DenseNet-161 | 28,681,000 | 7.728 G |
/// | DenseNet-169 | 14,149,480 | 3.360 G |
/// | DenseNet-201 | 20,013,928 | 4.291 G |
struct DenseNet: RenamedArchitecture {
  /// Layers in each of the dense blocks.
  var depths: [Int]
  /// Channels that each layer adds (the paper's k).
  var growth: Int
  /// Channels between the two convolutions of a layer; the paper's are 4 k.
  var bottleneck: Int
  /// Channels of the first convolution; the paper's are 2 k.
  var stem: Int
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "DenseNet"
  static let headModules = [["classifier"]]
  static let variants = [
    ("121", [6, 12, 24, 16], 32), ("161", [6, 12, 36, 24], 48), ("169", [6, 12, 32, 32], 32),
    ("201", [6, 12, 48, 32], 32),
  ].map { layers, depths, growth in
    Variant("densenet\(layers)", "DenseNet-\(layers)", source: "Huang et al. 2016, table 1; torchvision") {
      DenseNet(depths: depths, growth: growth, classes: $0)
    }
  }

  static func mayHaveOlderKeys(_ keys: WeightTree) -> Bool { keys.features.denseblock1.exists }

  /// The files that torchvision publishes have `norm.1` and `conv.1` for `norm1` and `conv1`, as its first releases
  /// had.
  static func renamed(_ key: String) -> String {
    guard key.contains(".denselayer") else { return key }
    return key.replacing(".norm.", with: ".norm").replacing(".conv.", with: ".conv")
  }

  init(depths: [Int], growth: Int, classes: Int) {
    (self.depths, self.growth, self.classes) = (depths, growth, classes)
    (bottleneck, stem) = (4 * growth, 2 * growth)
  }

  init?(reading keys: WeightTree) {
    let layer = keys.features.denseblock1.denselayer1
    guard let stem = keys.features.conv0.outputs, let bottleneck = layer.conv1.outputs,
      let growth = layer.conv2.outputs, let classes = keys.classifier.outputs
    else { return nil }
    (self.stem, self.bottleneck, self.growth, self.classes) = (stem, bottleneck, growth, classes)
    func count(_ name: String, in keys: WeightTree) -> Int {
      (1...).prefix { keys["\(name)\($0)"].exists }.count
    }
    depths = (0..<count("denseblock", in: keys.features)).map {
      count("denselayer", in: keys.features["denseblock\($0 + 1)"])
    }
    guard depths.allSatisfy({ $0 > 0 }) else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.features.conv0.convolution(input, stem, kernel: 7, stride: 2, padding: 3, bias: false)
    x = net.features.norm0.batchNormalization(x).relu()
    x = x.maxPool(kernel: 3, stride: 2, padding: 1)
    for (block, depth) in zip(1..., depths) {
      x = dense(net.features["denseblock\(block)"], x, depth)
      if block < depths.count { x = transition(net.features["transition\(block)"], x) }
    }
    x = net.features.norm5.batchNormalization(x).relu()
    return net.classifying(x.globalAveragePool().flattened()) { net.classifier.linear($0, classes) }
  }

  /// Each layer sees what all layers before it have made (equation 2).
  private func dense(_ net: ModulePath, _ input: FeatureMap, _ depth: Int) -> FeatureMap {
    (1...depth).reduce(input) { x, number in
      FeatureMap.concatenated([x, layer(net["denselayer\(number)"], x)])
    }
  }

  private func layer(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.norm1.batchNormalization(input).relu()
    x = net.conv1.convolution(x, bottleneck, kernel: 1, bias: false)
    x = net.norm2.batchNormalization(x).relu()
    return net.conv2.convolution(x, growth, kernel: 3, padding: 1, bias: false)
  }

  private func transition(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.norm.batchNormalization(input).relu()
    x = net["conv"].convolution(x, x.channels / 2, kernel: 1, bias: false)
    return x.averagePool(kernel: 2, stride: 2)
  }
}
