/// MobileOne of Vasu et al.: "MobileOne: An Improved One Millisecond Mobile Backbone", 2022, in the forms it is trained
/// in and deployed in.
///
/// Pairs of a depthwise 3x3 and a 1x1 layer, each a sum of several branches in training. timm and the authors'
/// repository have the same weights under different names.
///
/// | | parameters in training | deployed | multiply-accumulates, deployed |
/// | --- | --- | --- | --- |
/// | MobileOne-S0 | 5,293,272 | 2,078,504 | 0.275 G |
/// | MobileOne-S1 | 4,825,192 | 4,764,840 | 0.825 G |
/// | MobileOne-S2 | 7,884,648 | 7,808,168 | 1.298 G |
/// | MobileOne-S3 | 10,170,600 | 10,078,312 | 1.896 G |
/// | MobileOne-S4 | 14,951,248 | 14,838,352 | 2.979 G |
struct MobileOne: Architecture {
  var stem: Int
  /// Layers in each of the four stages: depthwise and 1x1 in turn.
  var depths: [Int]
  /// Channels of each stage.
  var channels: [Int]
  /// How many layers at the end of each stage have squeeze-and-excitation.
  var excited: [Int]
  /// Parallel convolutions of the same kernel in training.
  var branches = 1
  var isDeployed = false
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "MobileOne"
  static let headModules = [["head.fc"], ["linear"]]
  static let spellings = [Spelling.timm, .authors]
  static let variants = [
    ("S0", [48, 128, 256, 1024], 4, [0, 0, 0, 0]), ("S1", [96, 192, 512, 1280], 1, [0, 0, 0, 0]),
    ("S2", [96, 256, 640, 2048], 1, [0, 0, 0, 0]), ("S3", [128, 320, 768, 2048], 1, [0, 0, 0, 0]),
    ("S4", [192, 448, 896, 2048], 1, [0, 0, 10, 2]),
  ].map { name, channels, branches, excited in
    Variant("mobileone_\(name.lowercased())", "MobileOne-\(name)", source: "Vasu et al. 2022; their repository") {
      MobileOne(channels: channels, branches: branches, excited: excited, classes: $0)
    }
  }

  var deployed: MobileOne? {
    guard !isDeployed else { return nil }
    var copy = self
    // All branches are one convolution then.
    (copy.isDeployed, copy.branches) = (true, 1)
    return copy
  }

  init(channels: [Int], branches: Int, excited: [Int], classes: Int) {
    (self.channels, self.branches, self.excited, self.classes) = (channels, branches, excited, classes)
    depths = [4, 16, 20, 2]
    stem = min(64, channels[0])
  }

  init?(reading keys: WeightTree) {
    let isTimm = keys.stem.exists
    func branches(_ layer: WeightTree) -> WeightTree { isTimm ? layer.conv_kxk : layer.rbr_conv }
    func convolution(_ layer: WeightTree) -> WeightTree {
      layer.reparam_conv.exists ? layer.reparam_conv : branches(layer)[0].conv
    }
    let stages = (0..<4).map { isTimm ? keys.stages[$0] : keys["stage\($0 + 1)"] }
    let widths = stages.compactMap { convolution($0[1]).outputs }
    guard let stem = convolution(isTimm ? keys.stem : keys.stage0).outputs, widths.count == 4,
      convolution(stages[0][1]).kernel == 1, let classes = (isTimm ? keys.head.fc : keys.linear).outputs
    else { return nil }
    (self.stem, channels, self.classes) = (stem, widths, classes)
    depths = stages.map(\.count)
    excited = stages.map { stage in
      (0..<stage.count).count { (isTimm ? stage[$0].attn : stage[$0].se).exists }
    }
    isDeployed = stages[0][0].reparam_conv.exists
    self.branches = isDeployed ? 1 : max(1, branches(stages[0][0]).count)
    spelling = isTimm ? .timm : .authors
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let isTimm = spelling == .timm
    let first = ReparameterizedBlock(channels: stem, stride: 2, isDeployed: isDeployed)
    var x = first.build(layers(isTimm ? net.stem : net.stage0, branches: 1), input)
    for (stage, depth) in depths.enumerated() {
      let modules = isTimm ? net.stages[stage] : net["stage\(stage + 1)"]
      for index in 0..<depth {
        let isDepthwise = index % 2 == 0
        let block = ReparameterizedBlock(
          channels: isDepthwise ? x.channels : channels[stage], kernel: isDepthwise ? 3 : 1,
          stride: index == 0 ? 2 : 1, groups: isDepthwise ? x.channels : 1,
          isExcited: index >= depth - excited[stage], isDeployed: isDeployed)
        x = block.build(layers(modules[index], branches: branches), x)
      }
    }
    return net.classifying(x.globalAveragePool().flattened()) {
      (isTimm ? net.head.fc : net["linear"]).linear($0, classes)
    }
  }

  private func layers(_ net: ModulePath, branches: Int) -> ReparameterizedBlock.Layers {
    spelling == .timm
      ? ReparameterizedBlock.Layers(
        convolutions: (0..<branches).map { net.conv_kxk[$0] }, pointwise: net.conv_scale, identity: net.identity,
        deployed: net.reparam_conv, squeeze: net.attn.fc1, excite: net.attn.fc2)
      : ReparameterizedBlock.Layers(
        convolutions: (0..<branches).map { net.rbr_conv[$0] }, pointwise: net.rbr_scale, identity: net.rbr_skip,
        deployed: net.reparam_conv, squeeze: net.se.reduce, excite: net.se.expand)
  }
}
