/// MobileNet of Howard et al.: "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", 2017,
/// table 1, as timm has it.
struct MobileNetV1: Architecture {
  var trunk: MobileTrunk
  /// Channels of a last convolution; `nil` without it.
  var last: Int?
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "MobileNet"
  static let headModules = [["classifier"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    guard let trunk = MobileTrunk(reading: keys), trunk.hasKernels([3, 3, 3, 3, 3]),
      let classes = keys.classifier.outputs,
      trunk.blocks.allSatisfy({ $0.kind == .separable && $0.squeezed == nil })
    else { return nil }
    (self.trunk, self.classes, last) = (trunk, classes, keys.conv_head.outputs)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let style = MobileStyle(
      spelling: .timm, epsilon: 1e-5, activation: { $0.relu6() }, squeezeActivation: { $0.relu() },
      gate: { $0.sigmoid() })
    var x = trunk.build(net, input, strides: [1, 2, 2, 2, 2], styles: [style], isActivated: true)
    if let last { x = style.normalized((net.conv_head, net.bn2), x, last, kernel: 1).relu6() }
    return net.classifying(x.globalAveragePool().flattened()) { net.classifier.linear($0, classes) }
  }
}
