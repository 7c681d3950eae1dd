import CNNGraphs

/// MixNet of Tan, Le: "MixConv: Mixed Depthwise Convolutional Kernels", 2019, figure 5, as timm has it.
struct MixNet: Architecture {
  var trunk: MobileTrunk
  var last: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "MixNet"
  static let headModules = [["classifier"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  var ambiguity: Remark? { .tensorFlowPadding }

  init?(reading keys: WeightTree) {
    guard let trunk = MobileTrunk(reading: keys), trunk.stages.count == 6, let last = keys.conv_head.outputs,
      let classes = keys.classifier.outputs, !keys.conv_head.hasBias,
      trunk.blocks.contains(where: { $0.filter.count > 1 })
    else { return nil }
    (self.trunk, self.last, self.classes) = (trunk, last, classes)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let rectified = MobileStyle(
      spelling: .timm, epsilon: 1e-5, activation: { $0.relu() }, squeezeActivation: { $0.relu() },
      gate: { $0.sigmoid() })
    var swish = rectified
    (swish.activation, swish.squeezeActivation) = ({ $0.silu() }, { $0.silu() })
    var x = trunk.build(net, input, strides: [1, 2, 2, 2, 1, 2], styles: [rectified, rectified, swish])
    x = rectified.normalized((net.conv_head, net.bn2), x, last, kernel: 1).relu()
    return net.classifying(x.globalAveragePool().flattened()) { net.classifier.linear($0, classes) }
  }
}
