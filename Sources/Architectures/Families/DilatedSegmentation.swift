import CNNGraphs

/// FCN of Long, Shelhamer, Darrell: "Fully Convolutional Networks for Semantic Segmentation", 2014, and DeepLabV3 of Chen et
/// al.: "Rethinking Atrous Convolution for Semantic Image Segmentation", 2017, figure 5, on a ResNet whose last two stages dilate,
/// as torchvision has them.
struct DilatedSegmentation: Architecture {
  var backbone: ResNet
  /// Channels of the head.
  var width: Int
  /// True for DeepLabV3's pyramid of dilations.
  var hasPyramid: Bool
  var classes = 21
  var spelling = Spelling.torchvision

  static let family = "FCN or DeepLabV3"
  static let trainingOnly = ["aux_classifier."]
  static let variants = [("50", [3, 4, 6, 3]), ("101", [3, 4, 23, 3])].flatMap { layers, depths in
    [("fcn", "FCN", false, 512), ("deeplabv3", "DeepLabV3", true, 256)].map { name, title, hasPyramid, width in
      Variant(
        "\(name)_resnet\(layers)", "\(title) on ResNet-\(layers)",
        source: "Long et al. 2014; Chen et al. 2017; torchvision",
        classes: 21
      ) {
        DilatedSegmentation(
          backbone: ResNet(depths: depths, isBottleneck: true), width: width, hasPyramid: hasPyramid, classes: $0)
      }
    }
  }

  /// torchvision's size for evaluation.
  var inputShape: [Int] { [3, 520, 520] }

  /// The classes of every place.
  var results: [NetworkResult] { [NetworkResult(extents: [classes] + inputShape.suffix(2))] }

  init(backbone: ResNet, width: Int, hasPyramid: Bool, classes: Int) {
    (self.backbone, self.width, self.hasPyramid, self.classes) = (backbone, width, hasPyramid, classes)
  }

  init?(reading keys: WeightTree) {
    guard let backbone = ResNet(readingBackbone: keys.backbone), let classes = keys.classifier[4].outputs,
      let width = (keys.classifier[0].convs.exists ? keys.classifier[1] : keys.classifier[0]).outputs
    else { return nil }
    (self.backbone, self.width, self.classes) = (backbone, width, classes)
    hasPyramid = keys.classifier[0].convs.exists
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let features = backbone.features(net.backbone, input, dilatedStages: 2)
    let head = net.classifier
    let (pyramid, last) = (DilatedPyramid(width: width), features[features.count - 1])
    let x =
      hasPyramid
      ? pyramid.build(head, last, classes)
      : head[4].convolution(pyramid.normalized((head[0], head[1]), last, kernel: 3), classes, kernel: 1)
    return x.resized(to: input.shape.suffix(2).map { $0.value ?? 1 })
  }
}
