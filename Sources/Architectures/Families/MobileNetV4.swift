/// MobileNetV4 of Qin et al.: "MobileNetV4: Universal Models for the Mobile Ecosystem", 2024, appendix D, the forms without
/// attention, as timm has them.
struct MobileNetV4: Architecture {
  var trunk: MobileTrunk
  var last: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "MobileNetV4"
  static let headModules = [["classifier"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    guard let trunk = MobileTrunk(reading: keys), trunk.stages.count == 5, let last = keys.conv_head.outputs,
      let classes = keys.classifier.outputs, keys.norm_head.isNormalization
    else { return nil }
    (self.trunk, self.last, self.classes) = (trunk, last, classes)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let style = MobileStyle(
      spelling: .timm, epsilon: 1e-5, activation: { $0.relu() }, squeezeActivation: { $0.relu() },
      gate: { $0.sigmoid() })
    var x = trunk.build(net, input, strides: [2, 2, 2, 2, 1], styles: [style])
    x = style.normalized((net.conv_head, net.norm_head), x.globalAveragePool(), last, kernel: 1).relu()
    return net.classifying(x.flattened()) { net.classifier.linear($0, classes) }
  }
}
