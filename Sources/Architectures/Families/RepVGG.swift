/// RepVGG of Ding et al.: "RepVGG: Making VGG-style ConvNets Great Again", 2021, tables 2 and 3, in the forms it is
/// trained in and deployed in; with groups in every second layer (g2, g4), and with squeeze-and-excitation (D2se of its
/// authors' repository). timm and the authors name the layers differently.
///
/// | | parameters in training | deployed | multiply-accumulates, deployed |
/// | --- | --- | --- | --- |
/// | RepVGG-A0 | 9,108,968 | 8,309,384 | 1.361 G |
/// | RepVGG-A1 | 14,092,264 | 12,789,864 | 2.364 G |
/// | RepVGG-A2 | 28,210,600 | 25,499,944 | 5.117 G |
/// | RepVGG-B0 | 15,817,960 | 14,339,048 | 3.058 G |
/// | RepVGG-B1 | 57,415,016 | 51,829,480 | 11.815 G |
/// | RepVGG-B2 | 89,022,376 | 80,315,112 | 18.377 G |
/// | RepVGG-B3 | 123,085,288 | 110,960,872 | 26.209 G |
/// | RepVGG-D2se | 133,334,836 | 120,387,572 | 66.994 G (320) |
struct RepVGG: Architecture {
  var stem: Int
  /// Blocks in each of the four stages.
  var depths: [Int]
  /// Channels of each stage.
  var channels: [Int]
  /// Groups of every second layer.
  var groups = 1
  /// True if squeeze-and-excitation follows each block's sum.
  var isExcited = false
  var isDeployed = false
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "RepVGG"
  static let headModules = [["head.fc"], ["linear"]]
  static let spellings = [Spelling.timm, .authors]
  static let variants =
    [
      ("A0", [2, 4, 14, 1], [48, 96, 192, 1280]), ("A1", [2, 4, 14, 1], [64, 128, 256, 1280]),
      ("A2", [2, 4, 14, 1], [96, 192, 384, 1408]), ("B0", [4, 6, 16, 1], [64, 128, 256, 1280]),
      ("B1", [4, 6, 16, 1], [128, 256, 512, 2048]), ("B2", [4, 6, 16, 1], [160, 320, 640, 2560]),
      ("B3", [4, 6, 16, 1], [192, 384, 768, 2560]),
    ].flatMap { name, depths, channels in
      // The authors have trained the larger ones of B with groups, too.
      [(1, ""), (2, "g2"), (4, "g4")].prefix(["B1", "B2", "B3"].contains(name) ? 3 : 1).map { groups, suffix in
        Variant(
          "repvgg_\(name.lowercased())\(suffix)", "RepVGG-\(name)\(suffix)", source: "Ding et al. 2021, tables 2 and 3"
        ) {
          RepVGG(depths: depths, channels: channels, groups: groups, classes: $0)
        }
      }
    }
    + [
      Variant("repvgg_d2se", "RepVGG-D2se", source: "Ding et al. 2021, their repository") {
        RepVGG(depths: [8, 14, 24, 1], channels: [160, 320, 640, 2560], isExcited: true, classes: $0)
      }
    ]

  /// D2se was trained on larger crops.
  var inputShape: [Int] { isExcited ? [3, 320, 320] : [3, 224, 224] }

  var deployed: RepVGG? {
    guard !isDeployed else { return nil }
    var copy = self
    copy.isDeployed = true
    return copy
  }

  init(depths: [Int], channels: [Int], groups: Int = 1, isExcited: Bool = false, classes: Int) {
    (self.depths, self.channels, self.groups) = (depths, channels, groups)
    (self.isExcited, self.classes) = (isExcited, classes)
    stem = min(64, channels[0])
  }

  init?(reading keys: WeightTree) {
    let isTimm = keys.stem.exists
    func convolution(_ block: WeightTree) -> WeightTree {
      isTimm
        ? block.reparam_conv.exists ? block.reparam_conv : block.conv_kxk.conv
        : block.rbr_reparam.exists ? block.rbr_reparam : block.rbr_dense.conv
    }
    let first = isTimm ? keys.stem : keys.stage0
    let stages = (0..<4).map { isTimm ? keys.stages[$0] : keys["stage\($0 + 1)"] }
    let widths = stages.compactMap { convolution($0[0]).outputs }
    let layers = stages.flatMap { stage in (0..<stage.count).map { convolution(stage[$0]) } }
    guard let stem = convolution(first).outputs, widths.count == 4, layers.allSatisfy({ $0.kernel == 3 }),
      let classes = (isTimm ? keys.head.fc : keys.linear).outputs
    else { return nil }
    (self.stem, self.classes) = (stem, classes)
    (depths, channels) = (stages.map(\.count), widths)
    if let before = layers[0].outputs, let inputs = layers[1].inputs { groups = max(1, before / inputs) }
    isExcited = (isTimm ? first.attn : first.se).exists
    isDeployed = (isTimm ? first.reparam_conv : first.rbr_reparam).exists
    spelling = isTimm ? .timm : .authors
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let isTimm = spelling == .timm
    var x = block(isTimm ? net.stem : net.stage0, input, stem, stride: 2, groups: 1)
    var layer = 1
    for (stage, depth) in depths.enumerated() {
      let blocks = isTimm ? net.stages[stage] : net["stage\(stage + 1)"]
      for index in 0..<depth {
        // Layers count through all stages (the authors' `optional_groupwise_layers`).
        let groups = layer % 2 == 0 && layer <= 26 ? groups : 1
        x = block(blocks[index], x, channels[stage], stride: index == 0 ? 2 : 1, groups: groups)
        layer += 1
      }
    }
    return net.classifying(x.globalAveragePool().flattened()) {
      (isTimm ? net.head.fc : net["linear"]).linear($0, classes)
    }
  }

  private func block(
    _ net: ModulePath, _ input: FeatureMap, _ channels: Int, stride: Int, groups: Int
  ) -> FeatureMap {
    let layers =
      spelling == .timm
      ? ReparameterizedBlock.Layers(
        convolutions: [net.conv_kxk], pointwise: net.conv_1x1, identity: net.identity, deployed: net.reparam_conv,
        squeeze: net.attn.fc1, excite: net.attn.fc2)
      : ReparameterizedBlock.Layers(
        convolutions: [net.rbr_dense], pointwise: net.rbr_1x1, identity: net.rbr_identity, deployed: net.rbr_reparam,
        squeeze: net.se.down, excite: net.se.up)
    let block = ReparameterizedBlock(
      channels: channels, stride: stride, groups: groups, isExcited: isExcited, isDeployed: isDeployed)
    return block.build(layers, input)
  }
}
