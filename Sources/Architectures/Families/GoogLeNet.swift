import CNNGraphs

/// GoogLeNet of Szegedy et al.: "Going Deeper with Convolutions", 2014, table 1, with batch normalization, as torchvision
/// has it: the branch that the paper calls 5x5 has 3x3 convolutions, epsilon is 1e-3, pooling rounds up, and the last one is
/// 2x2. 6,624,904 parameters without the auxiliary heads, 1.498 G multiply-accumulates.
struct GoogLeNet: Inception {
  /// The side of the convolutions that are 5x5 in the paper; others than torchvision have them so.
  var largeKernel = 3
  var classes = 1000
  var widths = Widths()
  var spelling = Spelling.torchvision

  static let family = "GoogLeNet"
  static let headModules = [["fc"]]
  static let trainingOnly = ["aux1.", "aux2."]
  static let variants = [
    Variant("googlenet", "GoogLeNet", source: "Szegedy et al. 2014, table 1; torchvision") { GoogLeNet(classes: $0) }
  ]

  var ambiguity: Remark? {
    "weights cannot tell how images are scaled; torchvision's own expect (x - 0.5) / 0.5, which is not drawn"
  }

  init(classes: Int) { self.classes = classes }

  init?(reading keys: WeightTree) {
    guard keys.inception3a.branch1.bn.isNormalization, let kernel = keys.inception3a.branch3[1].conv.kernel,
      [3, 5].contains(kernel), let classes = keys.fc.outputs
    else { return nil }
    (largeKernel, self.classes) = (kernel, classes)
    widths = Widths(reading: keys, beside: self)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = unit(net.conv1, input, 64, 7, stride: 2)
    x = x.maxPool(kernel: 3, stride: 2, ceilMode: true)
    x = unit(net.conv2, x, 64, 1)
    x = unit(net.conv3, x, 192, 3)
    x = x.maxPool(kernel: 3, stride: 2, ceilMode: true)
    for row in GoogLeNetModule.all {
      x = module(net["inception\(row.name)"], x, row)
      if row.name == "3b" { x = x.maxPool(kernel: 3, stride: 2, ceilMode: true) }
      if row.name == "4e" { x = x.maxPool(kernel: 2, stride: 2, ceilMode: true) }
    }
    return net.classifying(x.globalAveragePool().flattened()) { net.fc.linear($0, classes) }
  }

  private func module(_ net: ModulePath, _ x: FeatureMap, _ row: GoogLeNetModule) -> FeatureMap {
    let large = [largeKernel, largeKernel]
    return .concatenated([
      unit(net.branch1, x, row.one, 1),
      chain(net.branch2, x, (row.three.reduce, [1, 1]), (row.three.1, [3, 3])),
      chain(net.branch3, x, (row.five.reduce, [1, 1]), (row.five.1, large)),
      unit(net.branch4[1], x.maxPool(kernel: 3, stride: 1, padding: 1), row.projection, 1),
    ])
  }
}
