import CNNGraphs

/// SSD of Liu et al.: "SSD: Single Shot MultiBox Detector", 2015, figure 2, on VGG-16, as torchvision has it: what the heads give
/// for every place of six levels, before boxes are chosen.
struct SSD300: Architecture {
  /// Boxes at each place of each level.
  var anchors: [Int]
  var classes = 91
  var spelling = Spelling.torchvision

  static let family = "SSD"
  static let variants = [
    Variant("ssd300_vgg16", "SSD300 on VGG-16", source: "Liu et al. 2015; torchvision", classes: 91) {
      SSD300(anchors: [4, 6, 6, 6, 4, 4], classes: $0)
    }
  ]

  var inputShape: [Int] { [3, 300, 300] }

  /// For every box: each place of levels of these sides (figure 2) has some.
  var results: [NetworkResult] {
    let boxes = zip([38, 19, 10, 5, 3, 1], anchors).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
    return [
      NetworkResult("bbox_regression", extents: [boxes, 4]), NetworkResult("cls_logits", extents: [boxes, classes]),
    ]
  }

  init(anchors: [Int], classes: Int) { (self.anchors, self.classes) = (anchors, classes) }

  init?(reading keys: WeightTree) {
    let (kinds, boxes) = (keys["head"].classification_head.module_list, keys["head"].regression_head.module_list)
    anchors = (0..<6).compactMap { boxes[$0].outputs.map { $0 / 4 } }
    guard keys.backbone.shape("scale_weight") != nil, anchors.count == 6, anchors[0] > 0, let logits = kinds[0].outputs
    else { return nil }
    classes = logits / anchors[0]
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = input
    let features = net.backbone.features
    for (indices, width) in [([0, 2], 64), ([5, 7], 128), ([10, 12, 14], 256), ([17, 19, 21], 512)] {
      // Incomplete windows count before the fourth stage alone.
      if width > 64 { x = x.maxPool(kernel: 2, stride: 2, ceilMode: width == 512) }
      for index in indices { x = features[index].convolution(x, width, kernel: 3, padding: 1).relu() }
    }
    let scale = net.backbone.value("scale_weight", [512], .scale, on: x).reshaped([512, 1, 1])
    var levels = [x.unitLength(axis: 1) * scale]
    let extra = net.backbone.extra
    x = x.maxPool(kernel: 2, stride: 2)
    for index in [1, 3, 5] { x = extra[0][index].convolution(x, 512, kernel: 3, padding: 1).relu() }
    x = x.maxPool(kernel: 3, stride: 1, padding: 1)
    x = extra[0][7][1].convolution(x, 1024, kernel: 3, padding: 6, dilation: 6).relu()
    x = extra[0][7][3].convolution(x, 1024, kernel: 1).relu()
    levels.append(x)
    for (index, (inside, width)) in [(256, 512), (128, 256), (128, 256), (128, 256)].enumerated() {
      let layer = extra[index + 1]
      let isStriding = index < 2
      x = layer[0].convolution(x, inside, kernel: 1).relu()
      x = layer[2].convolution(x, width, kernel: 3, stride: isStriding ? 2 : 1, padding: isStriding ? 1 : 0).relu()
      levels.append(x)
    }
    func results(_ head: ModulePath, _ count: Int) -> FeatureMap {
      .joined(
        levels.enumerated().map { index, level in
          head.module_list[index].convolution(level, anchors[index] * count, kernel: 3, padding: 1)
            .listed(anchors: anchors[index], count)
        }, axis: 1)
    }
    let head = net["head"]
    return net.results([
      (name: "bbox_regression", map: results(head.regression_head, 4)),
      (name: "cls_logits", map: results(head.classification_head, classes)),
    ])
  }
}
