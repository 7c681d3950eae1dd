import CNNGraphs

/// GoogLeNet as it was published: Szegedy et al.: "Going Deeper with Convolutions", 2014, table 1, without batch
/// normalization. 6,998,552 parameters without the auxiliary heads, 1.583 G multiply-accumulates.
///
/// Caffe's `bvlc_googlenet` has the local response normalization of the paper's figure 3. Courses leave it out, and name the
/// layers as torchvision does.
struct InceptionV1: Architecture {
  /// The side of the convolutions that are 5x5 in the paper.
  var largeKernel = 5
  var classes = 1000
  /// Widths other than those drawn.
  var widths = Widths()
  var spelling = Spelling.lesson

  static let family = "Inception v1"
  static let spellings = [Spelling.lesson, .caffe]
  static let trainingOnly = ["aux1.", "aux2.", "loss1/", "loss2/"]
  static let variants = [
    Variant("inception_v1", "Inception v1", source: "Szegedy et al. 2014, table 1; Caffe's bvlc_googlenet") {
      InceptionV1(classes: $0)
    }
  ]

  var ambiguity: Remark? {
    spelling == .lesson
      ? "weights cannot tell whether there is local response normalization; with keys like these, none is taken" : nil
  }

  init(classes: Int) { self.classes = classes }

  init?(reading keys: WeightTree) {
    spelling = keys["conv1/7x7_s2"].exists ? .caffe : .lesson
    let names = self.names
    guard let kernel = keys[names.layers("3a").five].kernel, [3, 5].contains(kernel), keys[names.stem[0]].hasBias,
      let classes = keys[names.classifier].outputs
    else { return nil }
    (largeKernel, self.classes) = (kernel, classes)
    widths = Widths(reading: keys, beside: self)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let names = self.names
    var x = layer(net[names.stem[0]], input, 64, kernel: 7, stride: 2)
    x = normalized(halved(x))
    x = layer(net[names.stem[1]], x, 64, kernel: 1)
    x = layer(net[names.stem[2]], x, 192, kernel: 3)
    x = halved(normalized(x))
    for row in GoogLeNetModule.all {
      x = module(net, x, row)
      if ["3b", "4e"].contains(row.name) { x = halved(x) }
    }
    return net.classifying(x.globalAveragePool().flattened()) { net[names.classifier].linear($0, classes) }
  }

  private func module(_ net: ModulePath, _ x: FeatureMap, _ row: GoogLeNetModule) -> FeatureMap {
    let names = names.layers(row.name)
    let one = layer(net[names.one], x, row.one, kernel: 1)
    var three = layer(net[names.threeReduce], x, row.three.reduce, kernel: 1)
    three = layer(net[names.three], three, row.three.1, kernel: 3)
    var five = layer(net[names.fiveReduce], x, row.five.reduce, kernel: 1)
    five = layer(net[names.five], five, row.five.1, kernel: largeKernel)
    var pool = x.maxPool(kernel: 3, stride: 1, padding: 1)
    pool = layer(net[names.projection], pool, row.projection, kernel: 1)
    return .concatenated([one, three, five, pool])
  }

  private func layer(
    _ net: ModulePath, _ x: FeatureMap, _ channels: Int, kernel: Int, stride: Int = 1
  ) -> FeatureMap {
    net.convolution(x, widths[net, channels], kernel: kernel, stride: stride, padding: kernel / 2).relu()
  }

  private func halved(_ x: FeatureMap) -> FeatureMap { x.maxPool(kernel: 3, stride: 2, ceilMode: true) }

  /// Caffe divides α by the size, as ONNX does.
  private func normalized(_ x: FeatureMap) -> FeatureMap {
    spelling == .caffe ? x.localResponseNormalized(size: 5, alpha: 1e-4, beta: 0.75, bias: 1) : x
  }
}

extension InceptionV1 {
  private var names: Names { spelling == .caffe ? .caffe : .lesson }

  /// The keys of the layers.
  private struct Names: Sendable {
    typealias Layers = (
      one: String, threeReduce: String, three: String, fiveReduce: String, five: String, projection: String
    )
    let stem: [String]
    let layers: @Sendable (_ module: String) -> Layers
    let classifier: String

    static let caffe = Names(
      stem: ["conv1/7x7_s2", "conv2/3x3_reduce", "conv2/3x3"],
      layers: { module in
        let path = "inception_\(module)"
        return (
          "\(path)/1x1", "\(path)/3x3_reduce", "\(path)/3x3", "\(path)/5x5_reduce", "\(path)/5x5", "\(path)/pool_proj"
        )
      },
      classifier: "loss3/classifier")

    static let lesson = Names(
      stem: ["conv1.conv", "conv2.conv", "conv3.conv"],
      layers: { module in
        let path = "inception\(module)"
        return (
          "\(path).branch1.conv", "\(path).branch2.0.conv", "\(path).branch2.1.conv", "\(path).branch3.0.conv",
          "\(path).branch3.1.conv", "\(path).branch4.1.conv"
        )
      },
      classifier: "fc")
  }
}
