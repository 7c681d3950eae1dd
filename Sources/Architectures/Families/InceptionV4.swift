/// Inception v4 of Szegedy, Ioffe, Vanhoucke, Alemi: "Inception-v4, Inception-ResNet and the Impact of Residual Connections
/// on Learning", 2016, figure 9, as timm and Cadene's pretrained-models.pytorch have it after TensorFlow's published model,
/// the stem and modules being numbered from 0 on. 42,679,816 parameters, 12.254 G multiply-accumulates.
///
/// Epsilon is 1e-3. The means of pooling do not count the padding.
struct InceptionV4: Inception {
  /// How many modules A, B and C there are.
  var depths = [4, 7, 3]
  var classes = 1000
  var widths = Widths()
  var spelling = Spelling.timm

  static let family = "Inception v4"
  static let headModules = [["last_linear"]]
  static let spellings = [Spelling.timm]
  static let variants = [
    Variant("inception_v4", "Inception v4", source: "Szegedy et al. 2016, figure 9; timm") { InceptionV4(classes: $0) }
  ]

  var inputShape: [Int] { [3, 299, 299] }

  init(classes: Int) { self.classes = classes }

  init?(reading keys: WeightTree) {
    let moduleCount = keys.features.count
    guard moduleCount > 6, keys.features[3].conv.bn.isNormalization, keys.features[5].conv.bn.isNormalization,
      let classes = keys.last_linear.outputs
    else { return nil }
    self.classes = classes
    // Of what follows the stem, the two reductions alone have no fourth branch.
    let reductions = (6..<moduleCount).filter { !keys.features[$0].branch3.exists }
    guard reductions.count == 2 else { return nil }
    depths = [reductions[0] - 6, reductions[1] - reductions[0] - 1, moduleCount - reductions[1] - 1]
    widths = Widths(reading: keys, beside: self)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = stem(net, input)
    var index = 6
    func next() -> ModulePath {
      defer { index += 1 }
      return net.features[index]
    }
    for _ in 0..<depths[0] { x = moduleA(next(), x) }
    x = reductionA(next(), x)
    for _ in 0..<depths[1] { x = moduleB(next(), x) }
    x = reductionB(next(), x)
    for _ in 0..<depths[2] { x = moduleC(next(), x) }
    return net.classifying(x.globalAveragePool().flattened()) { net.last_linear.linear($0, classes) }
  }

  /// Figure 3.
  private func stem(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = unit(net.features[0], input, 32, 3, stride: 2, valid: true)
    x = unit(net.features[1], x, 32, 3, valid: true)
    x = unit(net.features[2], x, 64, 3)
    x = .concatenated([halvingPool(x), halvingUnit(net.features[3].conv, x, 96)])
    let two = net.features[4]
    var short = unit(two.branch0[0], x, 64, 1)
    short = unit(two.branch0[1], short, 96, 3, valid: true)
    var long = chain(two.branch1, x, (64, [1, 1]), (64, [1, 7]), (64, [7, 1]))
    long = unit(two.branch1[3], long, 96, 3, valid: true)
    x = .concatenated([short, long])
    return .concatenated([halvingUnit(net.features[5].conv, x, 192), halvingPool(x)])
  }

  /// Figure 4.
  private func moduleA(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    .concatenated([
      unit(net.branch0, x, 96, 1),
      chain(net.branch1, x, (64, [1, 1]), (96, [3, 3])),
      chain(net.branch2, x, (64, [1, 1]), (96, [3, 3]), (96, [3, 3])),
      unit(net.branch3[1], mean(x), 96, 1),
    ])
  }

  /// Figure 7 with k, l, m, n of table 1.
  private func reductionA(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    .concatenated([
      halvingUnit(net.branch0, x, 384),
      chain(net.branch1, x, (192, [1, 1]), (224, [3, 3]), (256, [3, 3]), halving: true),
      halvingPool(x),
    ])
  }

  /// Figure 5.
  private func moduleB(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    .concatenated([
      unit(net.branch0, x, 384, 1),
      chain(net.branch1, x, (192, [1, 1]), (224, [1, 7]), (256, [7, 1])),
      chain(net.branch2, x, (192, [1, 1]), (192, [7, 1]), (224, [1, 7]), (224, [7, 1]), (256, [1, 7])),
      unit(net.branch3[1], mean(x), 128, 1),
    ])
  }

  /// Figure 8.
  private func reductionB(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    .concatenated([
      chain(net.branch0, x, (192, [1, 1]), (192, [3, 3]), halving: true),
      chain(net.branch1, x, (256, [1, 1]), (256, [1, 7]), (320, [7, 1]), (320, [3, 3]), halving: true),
      halvingPool(x),
    ])
  }

  /// Figure 6.
  private func moduleC(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    var short = unit(net.branch1_0, x, 384, 1)
    short = .concatenated([
      unit(net.branch1_1a, short, 256, [1, 3]),
      unit(net.branch1_1b, short, 256, [3, 1]),
    ])
    var long = unit(net.branch2_0, x, 384, 1)
    long = unit(net.branch2_1, long, 448, [3, 1])
    long = unit(net.branch2_2, long, 512, [1, 3])
    long = .concatenated([
      unit(net.branch2_3a, long, 256, [1, 3]),
      unit(net.branch2_3b, long, 256, [3, 1]),
    ])
    return .concatenated([unit(net.branch0, x, 256, 1), short, long, unit(net.branch3[1], mean(x), 256, 1)])
  }

  private func mean(_ x: FeatureMap) -> FeatureMap {
    x.averagePool(kernel: 3, stride: 1, padding: 1, countsPadding: false)
  }
}
