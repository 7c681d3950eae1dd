/// PP-LCNet of Cui et al.: "PP-LCNet: A Lightweight CPU Convolutional Neural Network", 2021, table 1, as timm has it.
struct LCNet: Architecture {
  var trunk: MobileTrunk
  var last: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "PP-LCNet"
  static let headModules = [["classifier"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    guard let trunk = MobileTrunk(reading: keys), trunk.stages.count == 6, let last = keys.conv_head.outputs,
      let classes = keys.classifier.outputs, keys.conv_head.hasBias,
      trunk.blocks.allSatisfy({ $0.kind == .separable })
    else { return nil }
    (self.trunk, self.last, self.classes) = (trunk, last, classes)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let style = MobileStyle(
      spelling: .timm, epsilon: 1e-5, activation: { $0.hardSwish() }, squeezeActivation: { $0.relu() },
      gate: { $0.hardSigmoid() })
    var x = trunk.build(net, input, strides: [1, 2, 2, 2, 1, 2], styles: [style], isActivated: true)
    x = net.conv_head.convolution(x.globalAveragePool(), last, kernel: 1).hardSwish()
    return net.classifying(x.flattened()) { net.classifier.linear($0, classes) }
  }
}
