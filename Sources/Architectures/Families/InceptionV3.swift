import CNNGraphs

/// Inception v3 of Szegedy et al.: "Rethinking the Inception Architecture for Computer Vision", 2015, table 1 and figures
/// 5 to 7 and 10, as torchvision has it after TensorFlow's published model; timm has the same keys. 23,834,568 parameters
/// without the auxiliary head, 5.713 G multiply-accumulates.
///
/// Epsilon is 1e-3. The means of pooling count the padding.
struct InceptionV3: Inception {
  var classes = 1000
  var widths = Widths()
  var spelling = Spelling.torchvision

  static let family = "Inception v3"
  static let headModules = [["fc"]]
  static let trainingOnly = ["AuxLogits."]
  static let variants = [
    Variant("inception_v3", "Inception v3", source: "Szegedy et al. 2015, table 1; torchvision") {
      InceptionV3(classes: $0)
    }
  ]

  var inputShape: [Int] { [3, 299, 299] }

  var ambiguity: Remark? {
    "weights cannot tell how images are scaled; torchvision's own expect (x - 0.5) / 0.5, which is not drawn"
  }

  init(classes: Int) { self.classes = classes }

  init?(reading keys: WeightTree) {
    guard keys.Conv2d_1a_3x3.bn.isNormalization, keys.Mixed_6a.branch3x3.conv.isConvolution,
      keys.Mixed_7c.branch3x3_2a.conv.isConvolution, let classes = keys.fc.outputs
    else { return nil }
    self.classes = classes
    widths = Widths(reading: keys, beside: self)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = unit(net.Conv2d_1a_3x3, input, 32, 3, stride: 2, valid: true)
    x = unit(net.Conv2d_2a_3x3, x, 32, 3, valid: true)
    x = unit(net.Conv2d_2b_3x3, x, 64, 3)
    x = halvingPool(x)
    x = unit(net.Conv2d_3b_1x1, x, 80, 1, valid: true)
    x = unit(net.Conv2d_4a_3x3, x, 192, 3, valid: true)
    x = halvingPool(x)
    x = moduleA(net.Mixed_5b, x, pool: 32)
    x = moduleA(net.Mixed_5c, x, pool: 64)
    x = moduleA(net.Mixed_5d, x, pool: 64)
    x = reductionA(net.Mixed_6a, x)
    x = moduleB(net.Mixed_6b, x, inside: 128)
    x = moduleB(net.Mixed_6c, x, inside: 160)
    x = moduleB(net.Mixed_6d, x, inside: 160)
    x = moduleB(net.Mixed_6e, x, inside: 192)
    x = reductionB(net.Mixed_7a, x)
    x = moduleC(net.Mixed_7b, x)
    x = moduleC(net.Mixed_7c, x)
    return net.classifying(x.globalAveragePool().flattened()) { net.fc.linear($0, classes) }
  }

  /// Figure 5, with 5x5 left in one branch.
  private func moduleA(_ net: ModulePath, _ x: FeatureMap, pool: Int) -> FeatureMap {
    let one = unit(net.branch1x1, x, 64, 1)
    var five = unit(net.branch5x5_1, x, 48, 1)
    five = unit(net.branch5x5_2, five, 64, 5)
    var three = unit(net.branch3x3dbl_1, x, 64, 1)
    three = unit(net.branch3x3dbl_2, three, 96, 3)
    three = unit(net.branch3x3dbl_3, three, 96, 3)
    return .concatenated([one, five, three, unit(net.branch_pool, mean(x), pool, 1)])
  }

  /// Figure 10.
  private func reductionA(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    let three = halvingUnit(net.branch3x3, x, 384)
    var double = unit(net.branch3x3dbl_1, x, 64, 1)
    double = unit(net.branch3x3dbl_2, double, 96, 3)
    double = halvingUnit(net.branch3x3dbl_3, double, 96)
    return .concatenated([three, double, halvingPool(x)])
  }

  /// Figure 6, n = 7.
  private func moduleB(_ net: ModulePath, _ x: FeatureMap, inside width: Int) -> FeatureMap {
    let one = unit(net.branch1x1, x, 192, 1)
    var seven = unit(net.branch7x7_1, x, width, 1)
    seven = unit(net.branch7x7_2, seven, width, [1, 7])
    seven = unit(net.branch7x7_3, seven, 192, [7, 1])
    var double = unit(net.branch7x7dbl_1, x, width, 1)
    double = unit(net.branch7x7dbl_2, double, width, [7, 1])
    double = unit(net.branch7x7dbl_3, double, width, [1, 7])
    double = unit(net.branch7x7dbl_4, double, width, [7, 1])
    double = unit(net.branch7x7dbl_5, double, 192, [1, 7])
    return .concatenated([one, seven, double, unit(net.branch_pool, mean(x), 192, 1)])
  }

  private func reductionB(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    var three = unit(net.branch3x3_1, x, 192, 1)
    three = halvingUnit(net.branch3x3_2, three, 320)
    var seven = unit(net.branch7x7x3_1, x, 192, 1)
    seven = unit(net.branch7x7x3_2, seven, 192, [1, 7])
    seven = unit(net.branch7x7x3_3, seven, 192, [7, 1])
    seven = halvingUnit(net.branch7x7x3_4, seven, 192)
    return .concatenated([three, seven, halvingPool(x)])
  }

  /// Figure 7.
  private func moduleC(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    let one = unit(net.branch1x1, x, 320, 1)
    var three = unit(net.branch3x3_1, x, 384, 1)
    three = .concatenated([
      unit(net.branch3x3_2a, three, 384, [1, 3]),
      unit(net.branch3x3_2b, three, 384, [3, 1]),
    ])
    var double = unit(net.branch3x3dbl_1, x, 448, 1)
    double = unit(net.branch3x3dbl_2, double, 384, 3)
    double = .concatenated([
      unit(net.branch3x3dbl_3a, double, 384, [1, 3]),
      unit(net.branch3x3dbl_3b, double, 384, [3, 1]),
    ])
    return .concatenated([one, three, double, unit(net.branch_pool, mean(x), 192, 1)])
  }

  private func mean(_ x: FeatureMap) -> FeatureMap { x.averagePool(kernel: 3, stride: 1, padding: 1) }
}
