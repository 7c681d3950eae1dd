/// InceptionNeXt of Yu et al.: "InceptionNeXt: When Inception Meets ConvNeXt", 2023, figure 2, as timm has it.
struct InceptionNeXt: Architecture {
  var depths: [Int]
  var channels: [Int]
  /// Channels of each of the three convolutions of a block, by stage.
  var branches: [Int]
  /// Channels inside of each stage's blocks.
  var hidden: [Int]
  /// The extent of the convolutions along rows and columns.
  var band: Int
  /// Features of the head's hidden layer.
  var features: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "InceptionNeXt"
  static let headModules = [["head.fc2"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    let stages = (0..<4).map { keys.stages[$0].blocks }
    let first = stages.map { $0[0] }
    guard let classes = keys["head"].fc2.outputs, let features = keys["head"].fc1.outputs,
      let band = first[0].token_mixer.dwconv_w.shape(), band.count == 4
    else { return nil }
    (self.classes, self.features, self.band) = (classes, features, band[3])
    depths = stages.map(\.count)
    channels = first.compactMap { $0.mlp.fc2.outputs }
    branches = first.compactMap { $0.token_mixer.dwconv_hw.outputs }
    hidden = first.compactMap { $0.mlp.fc1.outputs }
    guard channels.count == 4, branches.count == 4, hidden.count == 4 else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.stem[1].batchNormalization(net.stem[0].convolution(input, channels[0], kernel: 4, stride: 4))
    for stage in 0..<4 {
      let module = net.stages[stage]
      if stage > 0 {
        x = module.downsample[1].convolution(
          module.downsample[0].batchNormalization(x), channels[stage], kernel: 2, stride: 2)
      }
      for index in 0..<depths[stage] { x = block(module.blocks[index], x, stage) }
    }
    x = net["head"].fc1.linear(x.globalAveragePool().flattened(), features).gelu()
    x = net["head"].norm.layerNormalization(x, epsilon: 1e-6)
    return net.classifying(x) { net["head"].fc2.linear($0, classes) }
  }

  private func block(_ net: ModulePath, _ input: FeatureMap, _ stage: Int) -> FeatureMap {
    let (width, branch) = (channels[stage], branches[stage])
    let kept = width - 3 * branch
    let mixer = net.token_mixer
    func part(_ index: Int) -> FeatureMap {
      input.channels(from: kept + index * branch, to: kept + (index + 1) * branch)
    }
    var x = FeatureMap.concatenated([
      input.channels(from: 0, to: kept),
      mixer.dwconv_hw.depthwiseConvolution(part(0), kernel: 3, padding: 1),
      mixer.dwconv_w.depthwiseConvolution(part(1), kernel: [1, band], padding: [0, band / 2]),
      mixer.dwconv_h.depthwiseConvolution(part(2), kernel: [band, 1], padding: [band / 2, 0]),
    ])
    x = net.mlp.fc1.convolution(net.norm.batchNormalization(x), hidden[stage], kernel: 1).gelu()
    x = net.mlp.fc2.convolution(x, width, kernel: 1)
    return x * net.value("gamma", [width], .residualScale, on: x).reshaped([width, 1, 1]) + input
  }
}
