import CNNGraphs

/// EfficientNet of Tan, Le: "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019, table 1
/// (B0), scaled in width and depth for B1 to B7.
///
/// torchvision and timm draw the same networks. Batch normalization has the epsilon 1e-5, but 1e-3 in torchvision's B5
/// to B7, whose weights come from TensorFlow. timm's `tf_` weights are TensorFlow's, too, with epsilon 1e-3 and `SAME`
/// padding; their keys and shapes are those of timm's own weights. Sizes of images differ, too.
///
/// | | parameters | multiply-accumulates (torchvision's size) |
/// | --- | --- | --- |
/// | EfficientNet-B0 | 5,288,548 | 0.386 G (224) |
/// | EfficientNet-B1 | 7,794,184 | 0.687 G (240) |
/// | EfficientNet-B2 | 9,109,994 | 1.088 G (288) |
/// | EfficientNet-B3 | 12,233,232 | 1.827 G (300) |
/// | EfficientNet-B4 | 19,341,616 | 4.394 G (380) |
/// | EfficientNet-B5 | 30,389,784 | 10.266 G (456) |
/// | EfficientNet-B6 | 43,040,704 | 19.068 G (528) |
/// | EfficientNet-B7 | 66,347,960 | 37.746 G (600) |
struct EfficientNet: Architecture {
  var stem: Int
  /// Blocks in each of the seven stages.
  var depths: [Int]
  /// Channels of each stage.
  var channels: [Int]
  /// Channels of the last convolution.
  var head: Int
  /// True for TensorFlow's padding and epsilon.
  var isTensorFlow = false
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "EfficientNet"
  static let headModules = [["classifier.1"], ["classifier"]]
  static let spellings = [Spelling.torchvision, .timm]
  static let variants = sizes.flatMap { size in
    let name = "efficientnet_b\(size.number)"
    let source = "Tan, Le 2019, table 1 (B0), width x\(size.width), depth x\(size.depth)"
    return [
      Variant(name, "EfficientNet-B\(size.number)", source: "\(source); torchvision") {
        EfficientNet(width: size.width, depth: size.depth, classes: $0)
      },
      Variant("\(name)_tf", "EfficientNet-B\(size.number) of TensorFlow", source: "\(source); timm's tf_\(name)") {
        EfficientNet(width: size.width, depth: size.depth, isTensorFlow: true, classes: $0)
      },
    ]
  }

  /// Table 1: kernels, strides and expansions of the stages.
  private static let kernels = [3, 3, 5, 3, 5, 5, 3]
  private static let strides = [1, 2, 2, 2, 1, 2, 1]
  private static let expansions = [1, 6, 6, 6, 6, 6, 6]

  /// A published network: its factors, and the side of the images that each kind of weights is for.
  private struct Size {
    let number: Int
    let width: Double
    let depth: Double
    /// The paper's own.
    let tensorFlow: Int
    let torchvision: Int
    let timm: Int
  }

  private static let sizes = [
    Size(number: 0, width: 1.0, depth: 1.0, tensorFlow: 224, torchvision: 224, timm: 224),
    Size(number: 1, width: 1.0, depth: 1.1, tensorFlow: 240, torchvision: 240, timm: 240),
    Size(number: 2, width: 1.1, depth: 1.2, tensorFlow: 260, torchvision: 288, timm: 256),
    Size(number: 3, width: 1.2, depth: 1.4, tensorFlow: 300, torchvision: 300, timm: 288),
    Size(number: 4, width: 1.4, depth: 1.8, tensorFlow: 380, torchvision: 380, timm: 320),
    Size(number: 5, width: 1.6, depth: 2.2, tensorFlow: 456, torchvision: 456, timm: 448),
    Size(number: 6, width: 1.8, depth: 2.6, tensorFlow: 528, torchvision: 528, timm: 528),
    Size(number: 7, width: 2.0, depth: 3.1, tensorFlow: 600, torchvision: 600, timm: 600),
  ]

  /// The published network of these depths and widths.
  private var size: Size? {
    Self.sizes.first { size in
      let published = EfficientNet(width: size.width, depth: size.depth, classes: classes)
      return published.depths == depths && published.channels == channels
    }
  }

  var inputShape: [Int] {
    let size = size ?? Self.sizes[0]
    let side = isTensorFlow ? size.tensorFlow : spelling == .timm ? size.timm : size.torchvision
    return [3, side, side]
  }

  var ambiguity: Remark? {
    guard spelling == .timm else { return nil }
    let name = size.map { "efficientnet_b\($0.number)" } ?? "NAME"
    let (taken, other) = isTensorFlow ? ("TensorFlow's", "PyTorch's") : ("PyTorch's", "TensorFlow's")
    return Remark(
      "weights cannot tell TensorFlow's padding and epsilon from PyTorch's; \(taken) are taken",
      remedy: .chooseArchitecture(isTensorFlow ? name : "\(name)_tf", effect: other))
  }

  init(width: Double, depth: Double, isTensorFlow: Bool = false, classes: Int) {
    func scaled(_ channels: Int) -> Int { MobileStyle.rounded(Double(channels) * width) }
    stem = scaled(32)
    depths = [1, 2, 2, 3, 3, 4, 1].map { Int((Double($0) * depth).rounded(.up)) }
    channels = [16, 24, 40, 80, 112, 192, 320].map(scaled)
    head = scaled(1280)
    (self.isTensorFlow, self.classes) = (isTensorFlow, classes)
    spelling = isTensorFlow ? .timm : .torchvision
  }

  init?(reading keys: WeightTree) {
    let isTimm = keys.conv_stem.exists
    let stages = (0..<7).map { isTimm ? keys.blocks[$0] : keys.features[$0 + 1] }
    let first = stages[0][0]
    guard let stem = (isTimm ? keys.conv_stem : keys.features[0][0]).outputs,
      isTimm ? first.se.conv_reduce.exists : first.block[1].fc1.exists,
      let head = (isTimm ? keys.conv_head : keys.features[8][0]).outputs,
      let classes = (isTimm ? keys.classifier : keys.classifier[1]).outputs
    else { return nil }
    (self.stem, self.head, self.classes) = (stem, head, classes)
    depths = stages.map(\.count)
    channels = stages.compactMap { InvertedResidualShapes(reading: $0[0])?.channels }
    guard channels.count == 7 else { return nil }
    spelling = isTimm ? .timm : .torchvision
    // Of B6 and B7, timm has TensorFlow's weights only.
    isTensorFlow = isTimm && size?.number ?? 0 > 5
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let isTimm = spelling == .timm
    let isFromTensorFlow = isTensorFlow || !isTimm && size?.number ?? 0 > 4
    let style = MobileStyle(
      spelling: spelling, epsilon: isFromTensorFlow ? 1e-3 : 1e-5, isTensorFlow: isTensorFlow,
      activation: { $0.silu() }, squeezeActivation: { $0.silu() }, gate: { $0.sigmoid() })
    let first = isTimm ? (net.conv_stem, net.bn1) : (net.features[0][0], net.features[0][1])
    var x = style.normalized(first, input, stem, kernel: 3, stride: 2).silu()
    for (stage, depth) in depths.enumerated() {
      for block in 0..<depth {
        let residual = InvertedResidual(
          expanded: Self.expansions[stage] * x.channels, channels: channels[stage], kernel: Self.kernels[stage],
          stride: block == 0 ? Self.strides[stage] : 1, squeezed: max(1, x.channels / 4))
        x = residual.build(isTimm ? net.blocks[stage][block] : net.features[stage + 1][block], x, style)
      }
    }
    let last = isTimm ? (net.conv_head, net.bn2) : (net.features[8][0], net.features[8][1])
    x = style.normalized(last, x, head, kernel: 1).silu().globalAveragePool().flattened()
    return net.classifying(x) { (isTimm ? net.classifier : net.classifier[1]).linear($0, classes) }
  }
}
