/// FBNetV3 of Dai et al.: "FBNetV3: Joint Architecture-Recipe Search using Predictor Pretraining", 2020, as timm has it.
struct FBNetV3: Architecture {
  var trunk: MobileTrunk
  var last: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "FBNetV3"
  static let headModules = [["classifier"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    guard let trunk = MobileTrunk(reading: keys), trunk.stages.count == 7, let last = keys.conv_head.outputs,
      let classes = keys.classifier.outputs, !keys.conv_head.hasBias, !keys.bn2.exists, !keys.norm_head.exists,
      // MobileNetV3 without a bias there has one block in its first stage.
      trunk.stages[0].count > 1, trunk.stages[0].allSatisfy({ $0.kind == .separable })
    else { return nil }
    (self.trunk, self.last, self.classes) = (trunk, last, classes)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let style = MobileStyle(
      spelling: .timm, epsilon: 1e-5, activation: { $0.hardSwish() }, squeezeActivation: { $0.hardSwish() },
      gate: { $0.hardSigmoid() })
    var x = trunk.build(net, input, strides: [1, 2, 2, 2, 1, 2, 1], styles: [style])
    x = net.conv_head.convolution(x.globalAveragePool(), last, kernel: 1, bias: false).hardSwish()
    return net.classifying(x.flattened()) { net.classifier.linear($0, classes) }
  }
}
