/// MaxViT of Tu et al.: "MaxViT: Multi-Axis Vision Transformer", 2022, figures 2 and 3, as torchvision has it: inverted residuals,
/// attention inside of windows, and attention over a grid of places far apart.
struct MaxViT: Architecture {
  var depths: [Int]
  var stem: Int
  var channels: [Int]
  /// Channels inside of the inverted residuals and of their squeeze-and-excitation, by stage.
  var expanded: [Int]
  var squeezed: [Int]
  /// Attention heads of each stage.
  var heads: [Int]
  /// Places along each side of a window and of the grid.
  var side: Int
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "MaxViT"
  static let headModules = [["classifier.5"]]
  static let variants = [
    Variant("maxvit_t", "MaxViT-T", source: "Tu et al. 2022, table 1; torchvision") { MaxViT(classes: $0) }
  ]

  init(classes: Int) {
    (depths, stem, channels) = ([2, 2, 5, 2], 64, [64, 128, 256, 512])
    (expanded, squeezed, heads) = ([256, 512, 1024, 2048], [16, 32, 64, 128], [2, 4, 8, 16])
    (side, self.classes) = (7, classes)
  }

  init?(reading keys: WeightTree) {
    let stages = (0..<4).map { keys.blocks[$0].layers }
    let first = stages.map { $0[0].layers }
    let tables = first.compactMap { layer in
      layer.window_attention.attn_layer[1].shape("relative_position_bias_table")
    }.filter { $0.count == 2 }
    guard let stem = keys.stem[1][0].outputs, let classes = keys.classifier[5].outputs, tables.count == 4,
      let side = (1...32).first(where: { (2 * $0 - 1) * (2 * $0 - 1) == tables[0][0] })
    else { return nil }
    (self.stem, self.classes, self.side) = (stem, classes, side)
    depths = stages.map(\.count)
    heads = tables.map { $0[1] }
    channels = first.compactMap { $0.MBconv.layers.conv_c.outputs }
    expanded = first.compactMap { $0.MBconv.layers.conv_a[0].outputs }
    squeezed = first.compactMap { $0.MBconv.layers.squeeze_excitation.fc1.outputs }
    guard channels.count == 4, expanded.count == 4, squeezed.count == 4 else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.stem[0][0].convolution(input, stem, kernel: 3, stride: 2, padding: 1, bias: false)
    x = net.stem[0][1].batchNormalization(x, epsilon: 1e-3).gelu()
    x = net.stem[1][0].convolution(x, stem, kernel: 3, padding: 1)
    for stage in 0..<4 {
      for index in 0..<depths[stage] {
        let layer = net.blocks[stage].layers[index].layers
        x = residual(layer.MBconv, x, stage, stride: index == 0 ? 2 : 1)
        x = attended(layer.window_attention, x, stage, isGrid: false)
        x = attended(layer.grid_attention, x, stage, isGrid: true)
      }
    }
    x = net.classifier[2].layerNormalization(x.globalAveragePool().flattened())
    x = net.classifier[3].linear(x, channels[3]).tanh()
    return net.classifying(x) { net.classifier[5].linear($0, classes, bias: false) }
  }

  private func residual(_ net: ModulePath, _ input: FeatureMap, _ stage: Int, stride: Int) -> FeatureMap {
    let layers = net["layers"]
    var x = layers.pre_norm.batchNormalization(input, epsilon: 1e-3)
    x = layers.conv_a[0].convolution(x, expanded[stage], kernel: 1, bias: false)
    x = layers.conv_a[1].batchNormalization(x, epsilon: 1e-3).gelu()
    x = layers.conv_b[0].depthwiseConvolution(x, kernel: 3, stride: stride, padding: 1, bias: false)
    x = layers.conv_b[1].batchNormalization(x, epsilon: 1e-3).gelu()
    let gates = layers.squeeze_excitation.fc1.convolution(x.globalAveragePool(), squeezed[stage], kernel: 1).silu()
    x = x * layers.squeeze_excitation.fc2.convolution(gates, expanded[stage], kernel: 1).sigmoid()
    x = layers.conv_c.convolution(x, channels[stage], kernel: 1)
    guard stride != 1 || input.channels != channels[stage] else { return x + input }
    let shortcut = stride == 1 ? input : input.averagePool(kernel: 3, stride: stride, padding: 1)
    return x + net.proj[1].convolution(shortcut, channels[stage], kernel: 1)
  }

  /// Attention of places in one window, or of those that stand at one place of all windows (section 3.1).
  private func attended(_ net: ModulePath, _ input: FeatureMap, _ stage: Int, isGrid: Bool) -> FeatureMap {
    let extents = input.shape.map { $0.value ?? 1 }
    let (height, width, channels) = (extents[2], extents[3], channels[stage])
    guard height % side == 0, width % side == 0 else {
      return input.refused("\(height) by \(width) places do not fall into windows of \(side)")
    }
    let (rows, columns) = (height / side, width / side)
    // The grid has its parts the other way round: `side` of them, of rows and columns each.
    let tall = isGrid ? [side, rows, side, columns] : [rows, side, columns, side]
    let order = isGrid ? [0, 3, 5, 2, 4, 1] : [0, 2, 4, 3, 5, 1]
    var x = input.reshaped([0, channels] + tall).transposed(order)
      .reshaped([0, rows * columns, side * side, channels])
    x = attention(net.attn_layer[1], net.attn_layer[0].layerNormalization(x), stage).added(x)
    let inside = net.mlp_layer[1].projection(net.mlp_layer[0].layerNormalization(x), 4 * channels).gelu()
    x = net.mlp_layer[3].projection(inside, channels).added(x)
    let back = isGrid ? [0, 5, 3, 1, 4, 2] : [0, 5, 1, 3, 2, 4]
    return x.reshaped([0, rows, columns, side, side, channels]).transposed(back).reshaped([0, channels, height, width])
  }

  private func attention(_ net: ModulePath, _ input: FeatureMap, _ stage: Int) -> FeatureMap {
    let (channels, heads, area) = (channels[stage], heads[stage], side * side)
    let parts = net.to_qkv.projection(input, 3 * channels).split(axis: 3, into: 3)
      .map { SelfAttention.heads($0, heads) }
    // torchvision scales by all channels, not by those of a head.
    let scores = parts[0].matrixProduct(SelfAttention.swapped(parts[1].scaled(by: 1 / Float(channels).squareRoot())))
    let span = 2 * side - 1
    let table = net.value("relative_position_bias_table", [span * span, heads], .shift, on: input)
    let bias = table.gathered(AttentionWindows.relativePositions(side: side), axis: 0)
      .reshaped([area, area, heads]).transposed([2, 0, 1])
    let mixed = scores.added(bias).softmax(axis: -1).matrixProduct(parts[2])
    return net.merge.projection(SelfAttention.tokens(mixed), channels)
  }
}
