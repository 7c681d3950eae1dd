import CNNGraphs

/// RetinaNet of Lin et al.: "Focal Loss for Dense Object Detection", 2017, figure 3, and FCOS of Tian et al.: "FCOS: Fully
/// Convolutional One-Stage Object Detection", 2019, figure 2, on a ResNet with a feature pyramid, as torchvision has them: what the
/// heads give for every place of every level, before boxes are chosen.
struct PyramidDetector: Architecture {
  var backbone: ResNet
  /// Channels of the pyramid.
  var width: Int
  /// Boxes at each place.
  var anchors: Int
  /// True if the sixth level is made of the backbone's last map, false if of the fifth level.
  var readsBackbone = false
  /// True for FCOS, which also says how central a place is.
  var hasCentres = false
  /// True if the heads normalize over groups.
  var isNormalized = false
  var classes = 91
  var spelling = Spelling.torchvision

  static let family = "RetinaNet or FCOS"
  static let variants = [
    ("retinanet_resnet50_fpn", "RetinaNet", 9, false, false),
    ("retinanet_resnet50_fpn_v2", "RetinaNet V2", 9, false, true),
    ("fcos_resnet50_fpn", "FCOS", 1, true, true),
  ].map { name, title, anchors, hasCentres, isNormalized in
    Variant(
      name, "\(title) on ResNet-50", source: "Lin et al. 2017; Tian et al. 2019; torchvision", classes: 91
    ) {
      var network = PyramidDetector(
        backbone: ResNet(depths: [3, 4, 6, 3], isBottleneck: true), width: 256, anchors: anchors, classes: $0)
      (network.hasCentres, network.isNormalized) = (hasCentres, isNormalized)
      network.readsBackbone = isNormalized && !hasCentres
      return network
    }
  }

  var inputShape: [Int] { [3, 800, 800] }

  /// For every box: each place of five levels, of which a place stands for 8, 16, 32, 64 and 128 of the image, has some.
  var results: [NetworkResult] {
    let boxes = (3...7).reduce(0) { boxes, level in
      let sides = inputShape.suffix(2).map { ($0 + 1 << level - 1) >> level }
      return boxes + sides[0] * sides[1] * anchors
    }
    let results = [
      NetworkResult("cls_logits", extents: [boxes, classes]), NetworkResult("bbox_regression", extents: [boxes, 4]),
    ]
    return hasCentres ? results + [NetworkResult("bbox_ctrness", extents: [boxes, 1])] : results
  }

  var ambiguity: Remark? {
    "weights cannot tell the epsilon of normalizations that were frozen in training; 1e-5 is taken, torchvision's first weights have 0"
  }

  init(backbone: ResNet, width: Int, anchors: Int, classes: Int) {
    (self.backbone, self.width, self.anchors, self.classes) = (backbone, width, anchors, classes)
  }

  init?(reading keys: WeightTree) {
    let (kinds, boxes) = (keys["head"].classification_head, keys["head"].regression_head)
    guard let backbone = ResNet(readingBackbone: keys.backbone.body), let logits = kinds.cls_logits.outputs,
      let sides = boxes.bbox_reg.outputs, let width = keys.backbone.fpn.layer_blocks[0][0].outputs, sides >= 4
    else { return nil }
    (self.backbone, self.width, anchors) = (backbone, width, sides / 4)
    classes = logits / anchors
    hasCentres = boxes.bbox_ctrness.exists
    isNormalized = hasCentres ? kinds.conv[1].exists : kinds.conv[0][1].exists
    readsBackbone = keys.backbone.fpn.extra_blocks.p6.inputs != width
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let maps = Array(backbone.features(net.backbone.body, input).suffix(3))
    let levels = pyramid(net.backbone.fpn, maps)
    let (kinds, boxes) = (net["head"].classification_head, net["head"].regression_head)
    var logits: [FeatureMap] = []
    var sides: [FeatureMap] = []
    var centres: [FeatureMap] = []
    for level in levels {
      let x = kinds.cls_logits.convolution(tower(kinds.conv, level), anchors * classes, kernel: 3, padding: 1)
      logits.append(x.listed(anchors: anchors, classes))
      let y = tower(boxes.conv, level)
      let distances = boxes.bbox_reg.convolution(y, anchors * 4, kernel: 3, padding: 1)
      sides.append((hasCentres ? distances.relu() : distances).listed(anchors: anchors, 4))
      if hasCentres {
        let x = boxes.bbox_ctrness.convolution(y, anchors, kernel: 3, padding: 1)
        centres.append(x.listed(anchors: anchors, 1))
      }
    }
    var results = [
      (name: "cls_logits", map: FeatureMap.joined(logits, axis: 1)),
      (name: "bbox_regression", map: FeatureMap.joined(sides, axis: 1)),
    ]
    if hasCentres { results.append((name: "bbox_ctrness", map: FeatureMap.joined(centres, axis: 1))) }
    return net.results(results)
  }

  /// Levels of one width, the largest first (Lin et al.: "Feature Pyramid Networks", 2016, figure 3), and two smaller ones.
  private func pyramid(_ net: ModulePath, _ maps: [FeatureMap]) -> [FeatureMap] {
    var levels: [FeatureMap] = []
    var above: FeatureMap?
    for index in maps.indices.reversed() {
      var x = net.inner_blocks[index][0].convolution(maps[index], width, kernel: 1)
      if let above { x = x.added(above.resized(to: x.shape.suffix(2).map { $0.value ?? 1 }, mode: .nearest)) }
      above = x
      levels.insert(net.layer_blocks[index][0].convolution(x, width, kernel: 3, padding: 1), at: 0)
    }
    let source = readsBackbone ? maps[maps.count - 1] : levels[levels.count - 1]
    let sixth = net.extra_blocks.p6.convolution(source, width, kernel: 3, stride: 2, padding: 1)
    return levels + [sixth, net.extra_blocks.p7.convolution(sixth.relu(), width, kernel: 3, stride: 2, padding: 1)]
  }

  /// The four layers that each head has for itself.
  private func tower(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    (0..<4).reduce(input) { x, index in
      if hasCentres {
        // Convolution, normalization and activation stand one by one.
        let position = isNormalized ? 3 * index : 2 * index
        let y = net[position].convolution(x, width, kernel: 3, padding: 1)
        return (isNormalized ? net[position + 1].groupNormalization(y, groups: 32) : y).relu()
      }
      let y = net[index][0].convolution(x, width, kernel: 3, padding: 1, bias: !isNormalized)
      return (isNormalized ? net[index][1].groupNormalization(y, groups: 32) : y).relu()
    }
  }
}
