/// Inception v2, also called BN-Inception, of Ioffe, Szegedy: "Batch Normalization: Accelerating Deep Network Training by
/// Reducing Internal Covariate Shift", 2015, figure 5, with the channels of the published Caffe model and the keys of
/// `bninception` in Cadene's pretrained-models.pytorch. 11,295,240 parameters, 2.033 G multiply-accumulates.
///
/// The convolutions have biases, though batch normalization (epsilon 1e-5) makes them superfluous, as the paper says in
/// section 3.2; without them the network is another variant. Pooling that keeps the size takes the mean, padding counted,
/// but the maximum in the last module; pooling that halves it rounds up.
struct InceptionV2: Architecture {
  var isBiased = true
  var classes = 1000
  /// Widths other than those drawn.
  var widths = Widths()
  var spelling = Spelling.cadene

  static let family = "Inception v2"
  static let headModules = [["last_linear"]]
  static let spellings = [Spelling.cadene]
  static let variants = [
    Variant("inception_v2", "Inception v2", source: "Ioffe, Szegedy 2015, figure 5; Cadene's bninception") {
      InceptionV2(isBiased: true, classes: $0)
    },
    Variant("inception_v2_unbiased", "Inception v2 without biases", source: "Ioffe, Szegedy 2015, section 3.2") {
      InceptionV2(isBiased: false, classes: $0)
    },
  ]

  init(isBiased: Bool, classes: Int) { (self.isBiased, self.classes) = (isBiased, classes) }

  init?(reading keys: WeightTree) {
    guard keys.conv1_7x7_s2_bn.isNormalization, keys.inception_3a_double_3x3_2.isConvolution,
      let classes = keys.last_linear.outputs
    else { return nil }
    self.classes = classes
    isBiased = keys.conv1_7x7_s2.hasBias
    widths = Widths(reading: keys, beside: self)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = unit(net, "conv1_7x7_s2", input, 64, kernel: 7, stride: 2)
    x = halved(x)
    x = unit(net, "conv2_3x3_reduce", x, 64, kernel: 1)
    x = unit(net, "conv2_3x3", x, 192, kernel: 3)
    x = halved(x)
    x = module(net, "3a", x, 64, (64, 64), double: (64, 96), pool: 32)
    x = module(net, "3b", x, 64, (64, 96), double: (64, 96), pool: 64)
    x = reduction(net, "3c", x, (128, 160), double: (64, 96))
    x = module(net, "4a", x, 224, (64, 96), double: (96, 128), pool: 128)
    x = module(net, "4b", x, 192, (96, 128), double: (96, 128), pool: 128)
    x = module(net, "4c", x, 160, (128, 160), double: (128, 160), pool: 128)
    x = module(net, "4d", x, 96, (128, 192), double: (160, 192), pool: 128)
    x = reduction(net, "4e", x, (128, 192), double: (192, 256))
    x = module(net, "5a", x, 352, (192, 320), double: (160, 224), pool: 128)
    x = module(net, "5b", x, 352, (192, 320), double: (192, 224), pool: 128, ofMaximum: true)
    return net.classifying(x.globalAveragePool().flattened()) { net.last_linear.linear($0, classes) }
  }

  private func module(
    _ net: ModulePath, _ name: String, _ x: FeatureMap, _ one: Int, _ three: (Int, Int), double: (Int, Int), pool: Int,
    ofMaximum: Bool = false
  ) -> FeatureMap {
    let pooled =
      ofMaximum
      ? x.maxPool(kernel: 3, stride: 1, padding: 1) : x.averagePool(kernel: 3, stride: 1, padding: 1)
    return .concatenated([
      unit(net, "inception_\(name)_1x1", x, one, kernel: 1),
      branch(net, "inception_\(name)_3x3", x, three),
      doubleBranch(net, "inception_\(name)_double_3x3", x, double),
      unit(net, "inception_\(name)_pool_proj", pooled, pool, kernel: 1),
    ])
  }

  /// A module without 1x1 that halves the map.
  private func reduction(
    _ net: ModulePath, _ name: String, _ x: FeatureMap, _ three: (Int, Int), double: (Int, Int)
  ) -> FeatureMap {
    .concatenated([
      branch(net, "inception_\(name)_3x3", x, three, stride: 2),
      doubleBranch(net, "inception_\(name)_double_3x3", x, double, stride: 2),
      halved(x),
    ])
  }

  private func branch(
    _ net: ModulePath, _ name: String, _ x: FeatureMap, _ channels: (Int, Int), stride: Int = 1
  ) -> FeatureMap {
    let x = unit(net, "\(name)_reduce", x, channels.0, kernel: 1)
    return unit(net, name, x, channels.1, kernel: 3, stride: stride)
  }

  private func doubleBranch(
    _ net: ModulePath, _ name: String, _ x: FeatureMap, _ channels: (Int, Int), stride: Int = 1
  ) -> FeatureMap {
    var x = unit(net, "\(name)_reduce", x, channels.0, kernel: 1)
    x = unit(net, "\(name)_1", x, channels.1, kernel: 3)
    return unit(net, "\(name)_2", x, channels.1, kernel: 3, stride: stride)
  }

  private func unit(
    _ net: ModulePath, _ name: String, _ x: FeatureMap, _ channels: Int, kernel: Int, stride: Int = 1
  ) -> FeatureMap {
    let convolution = net[name]
    let x = convolution.convolution(
      x, widths[convolution, channels], kernel: kernel, stride: stride, padding: kernel / 2, bias: isBiased)
    return net["\(name)_bn"].batchNormalization(x).relu()
  }

  private func halved(_ x: FeatureMap) -> FeatureMap { x.maxPool(kernel: 3, stride: 2, ceilMode: true) }
}
