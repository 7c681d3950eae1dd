/// VGG of Simonyan, Zisserman: "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014, table 1
/// (columns A, B, D, E), plain or with batch normalization after each convolution, as torchvision has them. timm writes
/// the linear layers as convolutions 7x7 and 1x1.
///
/// | | parameters | with batch normalization | multiply-accumulates |
/// | --- | --- | --- | --- |
/// | VGG-11 | 132,863,336 | 132,868,840 | 7.609 G |
/// | VGG-13 | 133,047,848 | 133,053,736 | 11.308 G |
/// | VGG-16 | 138,357,544 | 138,365,992 | 15.470 G |
/// | VGG-19 | 143,667,240 | 143,678,248 | 19.632 G |
struct VGG: Architecture {
  /// Convolutions in each of the five stages.
  var depths: [Int]
  /// Channels of each stage.
  var channels = [64, 128, 256, 512, 512]
  var isNormalized: Bool
  /// Features of the two hidden linear layers.
  var features = [4096, 4096]
  /// The side of the maps that the first linear layer sees, 1/32 of the image's.
  var side = 7
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "VGG"
  static let headModules = [
    ["classifier.0", "classifier.3", "classifier.6"], ["pre_logits.fc1", "pre_logits.fc2", "head.fc"],
  ]
  static let spellings = [Spelling.torchvision, .timm]
  static let variants = [
    ("vgg11", "VGG-11", "A", [1, 1, 2, 2, 2]), ("vgg13", "VGG-13", "B", [2, 2, 2, 2, 2]),
    ("vgg16", "VGG-16", "D", [2, 2, 3, 3, 3]), ("vgg19", "VGG-19", "E", [2, 2, 4, 4, 4]),
  ].flatMap { name, title, column, depths in
    let source = "Simonyan, Zisserman 2014, table 1, column \(column)"
    return [
      Variant(name, title, source: source) { VGG(depths: depths, isNormalized: false, classes: $0) },
      Variant("\(name)_bn", "\(title) with batch normalization", source: "\(source); torchvision") {
        VGG(depths: depths, isNormalized: true, classes: $0)
      },
    ]
  }

  var inputShape: [Int] { [3, 32 * side, 32 * side] }

  init(depths: [Int], isNormalized: Bool, classes: Int) {
    (self.depths, self.isNormalized, self.classes) = (depths, isNormalized, classes)
  }

  init?(reading keys: WeightTree) {
    guard keys.features[0].kernel == 3, let classes = keys.classifier[6].outputs ?? keys.head.fc.outputs else {
      return nil
    }
    self.classes = classes
    spelling = keys.pre_logits.exists ? .timm : .torchvision
    isNormalized = keys.features[1].isNormalization
    let hidden =
      spelling == .timm ? [keys.pre_logits.fc1, keys.pre_logits.fc2] : [keys.classifier[0], keys.classifier[3]]
    features = hidden[0].isPretended ? [4096, 4096] : hidden.compactMap(\.outputs)
    // A convolution is two modules behind the last one (three with a normalization), or one more after a pooling.
    (depths, channels) = ([], [])
    var index = 0
    while depths.count < 6, let width = keys.features[index].outputs {
      var depth = 0
      while keys.features[index].isConvolution, depth < 16 {
        (depth, index) = (depth + 1, index + (isNormalized ? 3 : 2))
      }
      depths.append(depth)
      channels.append(width)
      index += 1
    }
    guard depths.count == 5, features.count == 2 else { return nil }
    let area = (keys.classifier[0].inputs ?? 0) / channels[4]
    side = keys.pre_logits.fc1.kernel ?? (1...64).first { $0 * $0 == area } ?? 7
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = input
    var index = 0
    for (depth, channels) in zip(depths, channels) {
      for _ in 0..<depth {
        x = net.features[index].convolution(x, channels, kernel: 3, padding: 1)
        if isNormalized { x = net.features[index + 1].batchNormalization(x) }
        x = x.relu()
        index += isNormalized ? 3 : 2
      }
      x = x.maxPool(kernel: 2, stride: 2)
      index += 1
    }
    return net.classifying(x) { classified(net, $0) }
  }

  private func classified(_ net: ModulePath, _ features: FeatureMap) -> FeatureMap {
    var x = features
    if spelling == .timm {
      x = net.pre_logits.fc1.convolution(x, self.features[0], kernel: side).relu()
      x = net.pre_logits.fc2.convolution(x, self.features[1], kernel: 1).relu()
      return net.head.fc.linear(x.globalAveragePool().flattened(), classes)
    }
    x = x.adaptiveAveragePool(side).flattened()
    x = net.classifier[0].linear(x, self.features[0]).relu()
    x = net.classifier[3].linear(x, self.features[1]).relu()
    return net.classifier[6].linear(x, classes)
  }
}
