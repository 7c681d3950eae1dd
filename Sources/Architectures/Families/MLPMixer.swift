/// MLP-Mixer of Tolstikhin et al.: "MLP-Mixer: An all-MLP Architecture for Vision", 2021, figure 1, as timm has it.
struct MLPMixer: Architecture {
  var depth: Int
  var width: Int
  /// The side of a patch.
  var patch: Int
  /// Patches along each axis.
  var grid: Int
  /// Features inside of the layers over tokens, and over channels.
  var hidden: [Int]
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "MLP-Mixer"
  static let headModules = [["head"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  var inputShape: [Int] { [3, grid * patch, grid * patch] }

  init?(reading keys: WeightTree) {
    let block = keys.blocks[0]
    guard let width = keys.stem.proj.outputs, let patch = keys.stem.proj.kernel,
      let tokens = block.mlp_tokens.fc1.shape(),
      tokens.count == 2, let channels = block.mlp_channels.fc1.outputs, let classes = keys["head"].outputs,
      let grid = (1...256).first(where: { $0 * $0 == tokens[1] })
    else { return nil }
    (self.width, self.patch, self.grid, self.classes) = (width, patch, grid, classes)
    (hidden, depth) = ([tokens[0], channels], keys.blocks.count)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.stem.proj.convolution(input, width, kernel: patch, stride: patch)
    x = x.reshaped([0, width, -1]).transposed([0, 2, 1])
    for index in 0..<depth {
      let block = net.blocks[index]
      let tokens = block.norm1.layerNormalization(x, epsilon: 1e-6).transposed([0, 2, 1])
      x = mixed(block.mlp_tokens, tokens, hidden[0]).transposed([0, 2, 1]).added(x)
      x = mixed(block.mlp_channels, block.norm2.layerNormalization(x, epsilon: 1e-6), hidden[1]).added(x)
    }
    x = net.norm.layerNormalization(x, epsilon: 1e-6).mean(axes: [1], keepsAxes: false)
    return net.classifying(x) { net["head"].linear($0, classes) }
  }

  private func mixed(_ net: ModulePath, _ x: FeatureMap, _ hidden: Int) -> FeatureMap {
    let width = x.shape.last?.value ?? 1
    return net.fc2.projection(net.fc1.projection(x, hidden).gelu(), width)
  }
}
