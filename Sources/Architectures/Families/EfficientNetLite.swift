import CNNGraphs

/// EfficientNet-Lite of Google's TPU models, 2020: EfficientNet without squeeze-and-excitation, and with ReLU6; as timm has
/// it.
struct EfficientNetLite: Architecture {
  var trunk: MobileTrunk
  var last: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "EfficientNet-Lite"
  static let headModules = [["classifier"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  var ambiguity: Remark? { .tensorFlowPadding }

  init?(reading keys: WeightTree) {
    guard let trunk = MobileTrunk(reading: keys), trunk.hasKernels([3, 3, 5, 3, 5, 5, 3]),
      let last = keys.conv_head.outputs, let classes = keys.classifier.outputs, !keys.conv_head.hasBias,
      trunk.blocks.allSatisfy({ $0.squeezed == nil }), trunk.stages[0][0].kind == .separable,
      trunk.stages.dropFirst().allSatisfy({ stage in
        stage.allSatisfy { $0.kind == .inverted && $0.filter[0].kernel == stage[0].filter[0].kernel }
      }),
      trunk.stages[2].dropFirst().allSatisfy({ $0.expansion[0].outputs == 6 * $0.channels })
    else { return nil }
    (self.trunk, self.last, self.classes) = (trunk, last, classes)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let style = MobileStyle(
      spelling: .timm, epsilon: 1e-5, activation: { $0.relu6() }, squeezeActivation: { $0.relu() },
      gate: { $0.sigmoid() })
    var x = trunk.build(net, input, strides: [1, 2, 2, 2, 1, 2, 1], styles: [style])
    x = style.normalized((net.conv_head, net.bn2), x, last, kernel: 1).relu6()
    return net.classifying(x.globalAveragePool().flattened()) { net.classifier.linear($0, classes) }
  }
}
