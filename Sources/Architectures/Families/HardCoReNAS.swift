/// HardCoRe-NAS of Nayman et al.: "HardCoRe-NAS: Hard Constrained diffeRentiable Neural Architecture Search", 2021, as
/// timm has it: MobileNetV3-Large with kernels, depths and squeeze-and-excitations of its own in every stage. timm's
/// `mobilenetv3_rw` is of the same form, without a bias in the head.
struct HardCoReNAS: Architecture {
  var trunk: MobileTrunk
  /// Channels of the head's convolution.
  var last: Int
  /// True if the head's convolution has a bias.
  var hasBias = true
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "HardCoRe-NAS"
  static let headModules = [["classifier"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    guard let trunk = MobileTrunk(reading: keys), trunk.stages.count == 7, let last = keys.conv_head.outputs,
      let classes = keys.classifier.outputs, trunk.stages[6].map(\.kind) == [.plain], !keys.bn2.exists,
      trunk.stages[3].allSatisfy({ $0.kind == .inverted })
    else { return nil }
    (self.trunk, self.last, self.classes, hasBias) = (trunk, last, classes, keys.conv_head.hasBias)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let styles = (0..<7).map { stage in
      MobileStyle(
        spelling: .timm, epsilon: hasBias ? 1e-5 : 1e-3, activation: { stage < 3 ? $0.relu() : $0.hardSwish() },
        squeezeActivation: { $0.relu() }, gate: { $0.hardSigmoid() })
    }
    let stem = styles[0].normalized((net.conv_stem, net.bn1), input, trunk.stem, kernel: 3, stride: 2).hardSwish()
    var x = trunk.buildStages(net, stem, strides: [1, 2, 2, 2, 1, 2, 1], styles: styles, plainStages: hasBias ? 0 : 1)
    x = net.conv_head.convolution(x.globalAveragePool(), last, kernel: 1, bias: hasBias).hardSwish()
    return net.classifying(x.flattened()) { net.classifier.linear($0, classes) }
  }
}
