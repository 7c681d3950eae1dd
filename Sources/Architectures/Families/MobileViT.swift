/// MobileViT of Mehta, Rastegari: "MobileViT: Light-weight, General-purpose, and Mobile-friendly Vision Transformer",
/// 2021, figure 1, and its second version of "Separable Self-attention for Mobile Vision Transformers", 2022, figure 4,
/// as timm has them.
struct MobileViT: Architecture {
  /// An inverted residual.
  struct Bottleneck: Equatable, Sendable {
    var hidden: Int
    var channels: Int
  }

  /// Local convolutions around attention between patches.
  struct Mixer: Equatable, Sendable {
    /// Features of a place in attention.
    var width: Int
    var depth: Int
    /// Features inside of the layers behind attention.
    var hidden: Int
  }

  struct Stage: Equatable, Sendable {
    var blocks: [Bottleneck]
    var mixer: Mixer?
  }

  var stem: Int
  var stages: [Stage]
  /// True for the second version, whose attention is separable.
  var isSeparable = false
  /// Channels of a last 1x1 convolution; `nil` without it.
  var last: Int?
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "MobileViT"
  static let headModules = [["head.fc"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  private static let patch = 2
  private static let heads = 4

  var inputShape: [Int] { [3, 256, 256] }

  init?(reading keys: WeightTree) {
    guard let stem = keys.stem.conv.outputs, let classes = keys["head"].fc.outputs,
      keys.stages[0][0].conv1_1x1.exists, keys.stages[2][1].transformer.exists
    else { return nil }
    (self.stem, self.classes) = (stem, classes)
    isSeparable = keys.stages[2][1].transformer[0].attn.qkv_proj.exists
    last = keys.final_conv.conv.outputs
    stages = (0..<keys.stages.count).compactMap { index in
      let stage = keys.stages[index]
      let blocks = (0..<stage.count).compactMap { Bottleneck(reading: stage[$0]) }
      let mixer = Mixer(reading: stage[stage.count - 1])
      return blocks.isEmpty || blocks.count + (mixer == nil ? 0 : 1) != stage.count
        ? nil : Stage(blocks: blocks, mixer: mixer)
    }
    guard stages.count == 5 else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = normalized(net.stem, input, stem, kernel: 3, stride: 2).silu()
    for (index, stage) in stages.enumerated() {
      let inside = net.stages[index]
      for (number, block) in stage.blocks.enumerated() {
        x = self.block(inside[number], x, block, stride: number == 0 && index > 0 ? 2 : 1)
      }
      if let mixer = stage.mixer {
        let module = inside[stage.blocks.count]
        x = isSeparable ? separable(module, x, mixer) : mixed(module, x, mixer)
      }
    }
    if let last { x = normalized(net.final_conv, x, last).silu() }
    return net.classifying(x.globalAveragePool().flattened()) { net["head"].fc.linear($0, classes) }
  }

  private func block(_ net: ModulePath, _ input: FeatureMap, _ block: Bottleneck, stride: Int) -> FeatureMap {
    var x = normalized(net.conv1_1x1, input, block.hidden).silu()
    x = normalized(net.conv2_kxk, x, block.hidden, kernel: 3, stride: stride, groups: block.hidden).silu()
    x = normalized(net.conv3_1x1, x, block.channels)
    return stride == 1 && input.channels == block.channels ? x + input : x
  }

  // MARK: Attention between patches

  /// Height and width as multiples of a patch.
  private func padded(_ x: FeatureMap) -> [Int] {
    x.shape.suffix(2).map { (($0.value ?? 1) + Self.patch - 1) / Self.patch * Self.patch }
  }

  /// The first version: places of the same position in their patch attend to one another.
  private func mixed(_ net: ModulePath, _ input: FeatureMap, _ mixer: Mixer) -> FeatureMap {
    let patch = Self.patch
    var x = normalized(net.conv_kxk, input, input.channels, kernel: 3).silu()
    x = net.conv_1x1.convolution(x, mixer.width, kernel: 1, bias: false)
    let (size, whole) = (x.shape.suffix(2).map { $0.value ?? 1 }, padded(x))
    if size != whole { x = x.resized(to: whole) }
    let (rows, columns) = (whole[0] / patch, whole[1] / patch)
    x = x.reshaped([0, mixer.width, rows, patch, columns, patch]).transposed([0, 3, 5, 2, 4, 1])
      .reshaped([0, patch * patch, rows * columns, mixer.width])
    for number in 0..<mixer.depth {
      let layer = net.transformer[number]
      let joined = layer.attn.qkv.projection(layer.norm1.layerNormalization(x), 3 * mixer.width)
      x = layer.attn.proj.projection(SelfAttention.attended(joined, heads: Self.heads), mixer.width) + x
      let inside = layer.mlp.fc1.projection(layer.norm2.layerNormalization(x), mixer.hidden).silu()
      x = layer.mlp.fc2.projection(inside, mixer.width) + x
    }
    x = net.norm.layerNormalization(x)
    x = x.reshaped([0, patch, patch, rows, columns, mixer.width]).transposed([0, 5, 3, 1, 4, 2])
      .reshaped([0, mixer.width, whole[0], whole[1]])
    if size != whole { x = x.resized(to: size) }
    x = normalized(net.conv_proj, x, input.channels).silu()
    return normalized(net.conv_fusion, .concatenated([input, x]), input.channels, kernel: 3).silu()
  }

  /// The second version: a sum over all places, weighted by one score each, is what every place sees.
  private func separable(_ net: ModulePath, _ input: FeatureMap, _ mixer: Mixer) -> FeatureMap {
    let (patch, width, channels) = (Self.patch, mixer.width, input.channels)
    let whole = padded(input)
    var x = input.shape.suffix(2).map { $0.value ?? 1 } == whole ? input : input.resized(to: whole, alignsCorners: true)
    x = normalized(net.conv_kxk, x, channels, kernel: 3, groups: channels).silu()
    x = net.conv_1x1.convolution(x, width, kernel: 1, bias: false)
    let (rows, columns) = (whole[0] / patch, whole[1] / patch)
    x = x.reshaped([0, width, rows, patch, columns, patch]).transposed([0, 1, 3, 5, 2, 4])
      .reshaped([0, width, patch * patch, rows * columns])
    for number in 0..<mixer.depth {
      let layer = net.transformer[number]
      let normal = layer.norm1.groupNormalization(x, groups: 1)
      let joined = layer.attn.qkv_proj.convolution(normal, 1 + 2 * width, kernel: 1)
      let scores = joined.channels(from: 0, to: 1).softmax(axis: -1)
      let context = (joined.channels(from: 1, to: 1 + width) * scores).sum(axes: [3])
      let seen = joined.channels(from: 1 + width, to: 1 + 2 * width).relu() * context
      x = layer.attn.out_proj.convolution(seen, width, kernel: 1) + x
      let inside = layer.mlp.fc1.convolution(
        layer.norm2.groupNormalization(x, groups: 1), mixer.hidden, kernel: 1
      ).silu()
      x = layer.mlp.fc2.convolution(inside, width, kernel: 1) + x
    }
    x = net.norm.groupNormalization(x, groups: 1)
    x = x.reshaped([0, width, patch, patch, rows, columns]).transposed([0, 1, 4, 2, 5, 3])
      .reshaped([0, width, whole[0], whole[1]])
    return normalized(net.conv_proj, x, channels)
  }

  private func normalized(
    _ net: ModulePath, _ x: FeatureMap, _ channels: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1
  ) -> FeatureMap {
    let convolved = net.conv.convolution(
      x, channels, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false)
    return net.bn.batchNormalization(convolved)
  }
}

extension MobileViT.Bottleneck {
  fileprivate init?(reading keys: WeightTree) {
    guard let hidden = keys.conv1_1x1.conv.outputs, let channels = keys.conv3_1x1.conv.outputs else { return nil }
    (self.hidden, self.channels) = (hidden, channels)
  }
}

extension MobileViT.Mixer {
  fileprivate init?(reading keys: WeightTree) {
    guard let width = keys.conv_1x1.outputs, let hidden = keys.transformer[0].mlp.fc1.outputs else { return nil }
    (self.width, self.hidden, depth) = (width, hidden, keys.transformer.count)
  }
}
