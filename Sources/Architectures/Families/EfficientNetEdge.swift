import CNNGraphs

/// EfficientNet-EdgeTPU of Gupta, Akin: "Accelerator-aware Neural Network Design using AutoML", 2020, as timm has it.
struct EfficientNetEdge: Architecture {
  var trunk: MobileTrunk
  var last: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "EfficientNet-EdgeTPU"
  static let headModules = [["classifier"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  var ambiguity: Remark? { .tensorFlowPadding }

  init?(reading keys: WeightTree) {
    guard let trunk = MobileTrunk(reading: keys), trunk.hasKernels([3, 3, 3, 5, 5, 5]),
      let last = keys.conv_head.outputs, let classes = keys.classifier.outputs, !keys.conv_head.hasBias,
      trunk.stages.prefix(3).allSatisfy({ $0.allSatisfy { $0.kind == .fused } }),
      trunk.stages.dropFirst(3).allSatisfy({ $0.allSatisfy { $0.kind == .inverted } }),
      trunk.blocks.allSatisfy({ $0.squeezed == nil })
    else { return nil }
    (self.trunk, self.last, self.classes) = (trunk, last, classes)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let style = MobileStyle(
      spelling: .timm, epsilon: 1e-5, activation: { $0.relu() }, squeezeActivation: { $0.relu() },
      gate: { $0.sigmoid() })
    var x = trunk.build(net, input, strides: [1, 2, 2, 2, 1, 2], styles: [style], plainStages: 1)
    x = style.normalized((net.conv_head, net.bn2), x, last, kernel: 1).relu()
    return net.classifying(x.globalAveragePool().flattened()) { net.classifier.linear($0, classes) }
  }
}
