/// FBNet-C of Wu et al.: "FBNet: Hardware-Aware Efficient ConvNet Design", 2018, and the networks that were searched like it
/// with seven stages and ReLU, such as Single-Path NAS (Stamoulis et al. 2019), as timm has them.
struct FBNet: Architecture {
  var trunk: MobileTrunk
  var last: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "FBNet"
  static let headModules = [["classifier"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    guard let trunk = MobileTrunk(reading: keys), trunk.stages.count == 7, let last = keys.conv_head.outputs,
      let classes = keys.classifier.outputs, !keys.conv_head.hasBias, keys.bn2.isNormalization,
      trunk.blocks.allSatisfy({ $0.squeezed == nil && $0.filter.count == 1 }),
      // What MobileNetV2 and EfficientNet-Lite never have.
      trunk.stages[2].contains(where: { $0.filter[0].kernel == 3 && $0.kind == .inverted }),
      trunk.stages[2].contains(where: { $0.filter[0].kernel == 5 })
    else { return nil }
    (self.trunk, self.last, self.classes) = (trunk, last, classes)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let style = MobileStyle(
      spelling: .timm, epsilon: 1e-5, activation: { $0.relu() }, squeezeActivation: { $0.relu() },
      gate: { $0.sigmoid() })
    var x = trunk.build(net, input, strides: [1, 2, 2, 2, 1, 2, 1], styles: [style])
    x = style.normalized((net.conv_head, net.bn2), x, last, kernel: 1).relu()
    return net.classifying(x.globalAveragePool().flattened()) { net.classifier.linear($0, classes) }
  }
}
