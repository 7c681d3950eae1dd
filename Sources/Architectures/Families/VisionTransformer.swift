import CNNGraphs

/// Vision Transformer of Dosovitskiy et al.: "An Image is Worth 16x16 Words", 2020, figure 1, as torchvision and timm have it,
/// and DeiT of Touvron et al. 2020, with a token for distillation or a factor for each channel.
struct VisionTransformer: Architecture {
  var depth: Int
  var width: Int
  /// Features inside of the blocks.
  var hidden: Int
  /// The side of a patch.
  var patch: Int
  /// Patches along each axis.
  var grid: Int
  /// Tokens before those of the patches: a class's, and one for distillation.
  var tokens = 1
  /// True if factors for each channel end the branches.
  var isScaled = false
  /// True if the tokens before the patches have no position (DeiT III).
  var hasBareTokens = false
  /// True if the mean of the patches is classified in place of a token.
  var takesMean = false
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "Vision Transformer"
  static let headModules = [["heads.head"], ["head"]]
  static let spellings = [Spelling.torchvision, .timm]
  static let variants = [
    ("b_16", "B/16", 12, 768, 16), ("b_32", "B/32", 12, 768, 32), ("l_16", "L/16", 24, 1024, 16),
    ("l_32", "L/32", 24, 1024, 32), ("h_14", "H/14", 32, 1280, 14),
  ].map { name, title, depth, width, patch in
    Variant("vit_\(name)", "ViT-\(title)", source: "Dosovitskiy et al. 2020, table 1; torchvision") {
      VisionTransformer(depth: depth, width: width, patch: patch, classes: $0)
    }
  }

  var inputShape: [Int] { [3, grid * patch, grid * patch] }

  /// The published networks have 64 features in a head, but for the largest.
  private var heads: Int { width == 1280 ? 16 : max(width / 64, 1) }

  var assumptions: [Remark] {
    let isUsual = [192, 384, 768, 1024, 1280].contains(width)
    return isUsual
      ? [] : [Remark("weights cannot tell the number of attention heads; \(heads) are taken, of 64 features")]
  }

  init(depth: Int, width: Int, patch: Int, classes: Int) {
    (self.depth, self.width, self.patch, self.classes) = (depth, width, patch, classes)
    (hidden, grid) = (4 * width, 224 / patch)
  }

  init?(reading keys: WeightTree) {
    let isTimm = keys.patch_embed.proj.exists
    let patches = isTimm ? keys.patch_embed.proj : keys.conv_proj
    let positions = isTimm ? keys.shape("pos_embed") : keys.encoder.shape("pos_embedding")
    let first = isTimm ? keys.blocks[0] : keys.encoder.layers.encoder_layer_0
    guard let patch = patches.kernel, let width = patches.outputs, let positions, positions.count == 3,
      let hidden = (isTimm ? first.mlp.fc1 : first.mlp[0]).outputs,
      let classes = (isTimm ? keys["head"] : keys.heads["head"]).outputs
    else { return nil }
    (self.patch, self.width, self.hidden, self.classes) = (patch, width, hidden, classes)
    depth = isTimm ? keys.blocks.count : (0..<256).first { !keys.encoder.layers["encoder_layer_\($0)"].exists } ?? 256
    tokens = isTimm ? (keys.shape("cls_token") == nil ? 0 : 1) + (keys.shape("dist_token") == nil ? 0 : 1) : 1
    func root(_ count: Int) -> Int? { (1...256).first { $0 * $0 == count } }
    guard let grid = root(positions[1] - tokens) ?? root(positions[1]) else { return nil }
    hasBareTokens = grid * grid == positions[1] && tokens > 0
    self.grid = grid
    isScaled = isTimm && first.ls1.shape("gamma") != nil
    takesMean = isTimm && (keys.fc_norm.exists || tokens == 0)
    spelling = isTimm ? .timm : .torchvision
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let isTimm = spelling == .timm
    var x = (isTimm ? net.patch_embed.proj : net.conv_proj).convolution(input, width, kernel: patch, stride: patch)
    let count = grid * grid
    x = x.reshaped([0, width, -1]).transposed([0, 2, 1])
    var positions = (isTimm ? net : net.encoder)
      .value(isTimm ? "pos_embed" : "pos_embedding", [1, count + (hasBareTokens ? 0 : tokens), width], .shift, on: x)
    if hasBareTokens { positions = positions.padded(before: [0, tokens, 0], behind: [0, 0, 0]) }
    if tokens > 0 {
      let names = isTimm ? ["cls_token", "dist_token"] : ["class_token"]
      let first = FeatureMap.joined(
        names.prefix(tokens).map { net.value($0, [1, 1, width], .shift, on: x) }, axis: 1)
      positions = positions.added(first.padded(before: [0, 0, 0], behind: [0, count, 0]))
      x = x.padded(before: [0, tokens, 0], behind: [0, 0, 0])
    }
    x = x.added(positions)
    for index in 0..<depth {
      x = block(isTimm ? net.blocks[index] : net.encoder.layers["encoder_layer_\(index)"], x)
    }
    if takesMean {
      x = x.sliced(axis: 1, from: tokens, to: tokens + count).mean(axes: [1], keepsAxes: false)
      x = net.fc_norm.layerNormalization(x, epsilon: 1e-6)
    } else {
      x = (isTimm ? net.norm : net.encoder.ln).layerNormalization(x, epsilon: 1e-6)
      if tokens == 2 { return distilled(net, x) }
      x = x.sliced(axis: 1, from: 0, to: 1).reshaped([0, width])
    }
    return net.classifying(x) { (isTimm ? net["head"] : net.heads["head"]).linear($0, classes) }
  }

  /// The mean of both tokens' classifications.
  private func distilled(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    let tokens = (0..<2).map { x.sliced(axis: 1, from: $0, to: $0 + 1).reshaped([0, width]) }
    let first = net["head"].linear(tokens[0], classes)
    return first.added(net.head_dist.linear(tokens[1], classes)).scaled(by: 0.5)
  }

  private func block(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let isTimm = spelling == .timm
    var x = (isTimm ? net.norm1 : net.ln_1).layerNormalization(input, epsilon: 1e-6)
    x =
      isTimm
      ? net.attn.qkv.projection(x, 3 * width)
      : net.self_attention.projection(x, 3 * width, weight: "in_proj_weight", bias: "in_proj_bias")
    x = SelfAttention.attended(x, heads: heads)
    x = (isTimm ? net.attn.proj : net.self_attention.out_proj).projection(x, width)
    let middle = scaled(net.ls1, x).added(input)
    x = (isTimm ? net.norm2 : net.ln_2).layerNormalization(middle, epsilon: 1e-6)
    x = (isTimm ? net.mlp.fc1 : net.mlp[0]).projection(x, hidden).gelu()
    x = (isTimm ? net.mlp.fc2 : net.mlp[3]).projection(x, width)
    return scaled(net.ls2, x).added(middle)
  }

  private func scaled(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    isScaled ? x * net.value("gamma", [width], .residualScale, on: x) : x
  }
}
