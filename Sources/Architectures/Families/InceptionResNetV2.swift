/// Inception-ResNet v2 of Szegedy, Ioffe, Vanhoucke, Alemi: "Inception-v4, Inception-ResNet and the Impact of Residual
/// Connections on Learning", 2016, as timm has it after TensorFlow's published model, whose stem is Inception v3's with one
/// module of means (5b) in place of figure 3, and which has twice as many blocks as figure 15. Cadene's
/// pretrained-models.pytorch has the same keys, but for the last layer's.
///
/// Epsilon is 1e-3. Branches are scaled by 0.17, 0.10 and 0.20; the last block has neither scale nor ReLU. The mean does not
/// count the padding. 55,843,464 parameters, 13.156 G multiply-accumulates.
struct InceptionResNetV2: Inception {
  /// How many blocks there are for maps of 35x35, 17x17 and 8x8.
  var depths = [10, 20, 9]
  var classes = 1000
  var widths = Widths()
  var spelling = Spelling.timm

  static let family = "Inception-ResNet v2"
  static let spellings = [Spelling.timm, .cadene]
  static let variants = [
    Variant("inception_resnet_v2", "Inception-ResNet v2", source: "Szegedy et al. 2016; timm") {
      InceptionResNetV2(classes: $0)
    }
  ]

  var inputShape: [Int] { [3, 299, 299] }

  private var classifier: String { spelling == .cadene ? "last_linear" : "classif" }

  init(classes: Int) { self.classes = classes }

  init?(reading keys: WeightTree) {
    spelling = keys.classif.exists ? .timm : .cadene
    guard keys.mixed_5b.branch0.bn.isNormalization, keys.conv2d_7b.bn.isNormalization else { return nil }
    guard let classes = keys[classifier].outputs else { return nil }
    self.classes = classes
    depths = [keys["repeat"], keys.repeat_1, keys.repeat_2].map(\.count)
    widths = Widths(reading: keys, beside: self)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = unit(net.conv2d_1a, input, 32, 3, stride: 2, valid: true)
    x = unit(net.conv2d_2a, x, 32, 3, valid: true)
    x = unit(net.conv2d_2b, x, 64, 3)
    x = halvingPool(x)
    x = unit(net.conv2d_3b, x, 80, 1, valid: true)
    x = unit(net.conv2d_4a, x, 192, 3, valid: true)
    x = halvingPool(x)
    x = module(net.mixed_5b, x)
    x = repeated(net["repeat"], depths[0], x) { block35($0, $1).relu() }
    x = reductionA(net.mixed_6a, x)
    x = repeated(net.repeat_1, depths[1], x) { block17($0, $1).relu() }
    x = reductionB(net.mixed_7a, x)
    x = repeated(net.repeat_2, depths[2], x) { block8($0, $1, scale: 0.20).relu() }
    x = block8(net.block8, x, scale: 1)
    x = unit(net.conv2d_7b, x, 1536, 1)
    return net.classifying(x.globalAveragePool().flattened()) { net[classifier].linear($0, classes) }
  }

  private func module(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    let mean = x.averagePool(kernel: 3, stride: 1, padding: 1, countsPadding: false)
    return .concatenated([
      unit(net.branch0, x, 96, 1),
      chain(net.branch1, x, (48, [1, 1]), (64, [5, 5])),
      chain(net.branch2, x, (64, [1, 1]), (96, [3, 3]), (96, [3, 3])),
      unit(net.branch3[1], mean, 64, 1),
    ])
  }

  /// Figure 16.
  private func block35(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    residual(
      net, x, scale: 0.17,
      unit(net.branch0, x, 32, 1),
      chain(net.branch1, x, (32, [1, 1]), (32, [3, 3])),
      chain(net.branch2, x, (32, [1, 1]), (48, [3, 3]), (64, [3, 3])))
  }

  /// Figure 7 with k, l, m, n of table 1.
  private func reductionA(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    .concatenated([
      halvingUnit(net.branch0, x, 384),
      chain(net.branch1, x, (256, [1, 1]), (256, [3, 3]), (384, [3, 3]), halving: true),
      halvingPool(x),
    ])
  }

  /// Figure 17.
  private func block17(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    residual(
      net, x, scale: 0.10,
      unit(net.branch0, x, 192, 1),
      chain(net.branch1, x, (128, [1, 1]), (160, [1, 7]), (192, [7, 1])))
  }

  /// Figure 18.
  private func reductionB(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    .concatenated([
      chain(net.branch0, x, (256, [1, 1]), (384, [3, 3]), halving: true),
      chain(net.branch1, x, (256, [1, 1]), (288, [3, 3]), halving: true),
      chain(net.branch2, x, (256, [1, 1]), (288, [3, 3]), (320, [3, 3]), halving: true),
      halvingPool(x),
    ])
  }

  /// Figure 19.
  private func block8(_ net: ModulePath, _ x: FeatureMap, scale: Float) -> FeatureMap {
    residual(
      net, x, scale: scale,
      unit(net.branch0, x, 192, 1),
      chain(net.branch1, x, (192, [1, 1]), (224, [1, 3]), (256, [3, 1])))
  }
}
