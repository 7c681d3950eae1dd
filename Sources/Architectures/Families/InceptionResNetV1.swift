import CNNGraphs

/// Inception-ResNet v1 of Szegedy, Ioffe, Vanhoucke, Alemi: "Inception-v4, Inception-ResNet and the Impact of Residual
/// Connections on Learning", 2016, figure 15, as facenet-pytorch has it for recognizing faces: 512 features of unit length
/// (Schroff et al.: "FaceNet", 2015), or the logits that they were learned with.
///
/// Epsilon is 1e-3. Branches are scaled by 0.17, 0.10 and 0.20; the last block has neither scale nor ReLU. With the 8631
/// people of VGGFace2, 27,910,327 parameters, 1.422 G multiply-accumulates.
struct InceptionResNetV1: Inception {
  /// How many blocks there are for maps of 35x35, 17x17 and 8x8 (for images of 299x299).
  var depths = [5, 10, 5]
  /// The features of a face.
  var features = 512
  /// The number of people; `nil` if the features are the output.
  var people: Int?
  var widths = Widths()
  var spelling = Spelling.facenet

  static let family = "Inception-ResNet v1"
  static let spellings = [Spelling.facenet]
  /// Only if the features are the output.
  static let trainingOnly = ["logits."]
  static let variants = [
    Variant(
      "inception_resnet_v1", "Inception-ResNet v1", source: "Szegedy et al. 2016, figure 15; facenet-pytorch",
      classes: 8631
    ) { InceptionResNetV1(people: $0) },
    Variant(
      "facenet", "FaceNet of Inception-ResNet v1", source: "Schroff et al. 2015; facenet-pytorch", classes: 512
    ) { InceptionResNetV1(features: $0, people: nil) },
  ]

  var classes: Int { people ?? features }
  var inputShape: [Int] { [3, 160, 160] }

  var ambiguity: Remark? {
    guard people != nil else { return nil }
    return Remark(
      "the logits are taken for the output",
      remedy: .chooseArchitecture("facenet", effect: "the features, with unit length"))
  }

  init(features: Int = 512, people: Int?) { (self.features, self.people) = (features, people) }

  init?(reading keys: WeightTree) {
    guard keys.conv2d_4b.bn.isNormalization, keys.block8.conv2d.isConvolution, keys.last_bn.isNormalization,
      let features = keys.last_linear.outputs
    else { return nil }
    self.features = features
    people = keys.logits.outputs
    depths = [keys.repeat_1, keys.repeat_2, keys.repeat_3].map(\.count)
    widths = Widths(reading: keys, beside: self)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = unit(net.conv2d_1a, input, 32, 3, stride: 2, valid: true)
    x = unit(net.conv2d_2a, x, 32, 3, valid: true)
    x = unit(net.conv2d_2b, x, 64, 3)
    x = halvingPool(x)
    x = unit(net.conv2d_3b, x, 80, 1, valid: true)
    x = unit(net.conv2d_4a, x, 192, 3, valid: true)
    x = halvingUnit(net.conv2d_4b, x, 256)
    x = repeated(net.repeat_1, depths[0], x) { block35($0, $1).relu() }
    x = reductionA(net.mixed_6a, x)
    x = repeated(net.repeat_2, depths[1], x) { block17($0, $1).relu() }
    x = reductionB(net.mixed_7a, x)
    x = repeated(net.repeat_3, depths[2], x) { block8($0, $1, scale: 0.20).relu() }
    x = block8(net.block8, x, scale: 1)
    x = net.last_linear.linear(x.globalAveragePool().flattened(), features, bias: false)
    x = net.last_bn.batchNormalization(x, epsilon: 1e-3)
    return people.map { net.logits.linear(x, $0) } ?? x.unitLength()
  }

  /// Figure 10.
  private func block35(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    residual(
      net, x, scale: 0.17,
      unit(net.branch0, x, 32, 1),
      chain(net.branch1, x, (32, [1, 1]), (32, [3, 3])),
      chain(net.branch2, x, (32, [1, 1]), (32, [3, 3]), (32, [3, 3])))
  }

  /// Figure 7 with k, l, m, n of table 1.
  private func reductionA(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    .concatenated([
      halvingUnit(net.branch0, x, 384),
      chain(net.branch1, x, (192, [1, 1]), (192, [3, 3]), (256, [3, 3]), halving: true),
      halvingPool(x),
    ])
  }

  /// Figure 11.
  private func block17(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    residual(
      net, x, scale: 0.10,
      unit(net.branch0, x, 128, 1),
      chain(net.branch1, x, (128, [1, 1]), (128, [1, 7]), (128, [7, 1])))
  }

  /// Figure 12.
  private func reductionB(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    .concatenated([
      chain(net.branch0, x, (256, [1, 1]), (384, [3, 3]), halving: true),
      chain(net.branch1, x, (256, [1, 1]), (256, [3, 3]), halving: true),
      chain(net.branch2, x, (256, [1, 1]), (256, [3, 3]), (256, [3, 3]), halving: true),
      halvingPool(x),
    ])
  }

  /// Figure 13.
  private func block8(_ net: ModulePath, _ x: FeatureMap, scale: Float) -> FeatureMap {
    residual(
      net, x, scale: scale,
      unit(net.branch0, x, 192, 1),
      chain(net.branch1, x, (192, [1, 1]), (192, [1, 3]), (192, [3, 1])))
  }
}
