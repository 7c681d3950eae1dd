/// MnasNet-A1 of Tan et al.: "MnasNet: Platform-Aware Neural Architecture Search for Mobile", 2018, figure 7, as timm has it
/// (`semnasnet`).
struct MnasNetA1: Architecture {
  var trunk: MobileTrunk
  var last: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "MnasNet-A1"
  static let headModules = [["classifier"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    guard let trunk = MobileTrunk(reading: keys), trunk.stages.count == 7, let last = keys.conv_head.outputs,
      let classes = keys.classifier.outputs, !keys.conv_head.hasBias, keys.bn2.isNormalization,
      trunk.hasKernels([3, 3, 5, 3, 3, 5, 3]),
      trunk.stages[0].allSatisfy({ $0.kind == .separable && $0.squeezed == nil }),
      trunk.stages[1].allSatisfy({ $0.squeezed == nil }), trunk.stages[2].allSatisfy({ $0.squeezed != nil })
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
