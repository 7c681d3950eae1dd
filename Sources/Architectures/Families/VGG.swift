/// VGG of Simonyan, Zisserman: "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014, table 1
/// (columns A, B, D, E), plain or with batch normalization after each convolution, as torchvision has them.
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
  var isNormalized: Bool
  var classes = 1000

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

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = input
    var place = 0
    for (depth, channels) in zip(depths, [64, 128, 256, 512, 512]) {
      for _ in 0..<depth {
        x = net.features[place].convolution(x, channels, kernel: 3, padding: 1)
        if isNormalized { x = net.features[place + 1].batchNormalization(x) }
        x = x.relu()
        place += isNormalized ? 3 : 2
      }
      x = x.maxPool(kernel: 2, stride: 2)
      place += 1
    }
    x = net.classifier[0].linear(x.flattened(), 4096).relu()
    x = net.classifier[3].linear(x, 4096).relu()
    return net.classifier[6].linear(x, classes)
  }
}
