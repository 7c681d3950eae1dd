import CNNGraphs

/// Swin Transformer of Liu et al.: "Swin Transformer: Hierarchical Vision Transformer using Shifted Windows", 2021, figure 3, and
/// its second version of Liu et al. 2021, with cosine attention and normalizations behind the branches, as torchvision and
/// timm have them.
struct SwinTransformer: Architecture {
  var depths: [Int]
  /// Channels of the first stage; each following stage has twice as many.
  var width: Int
  /// Attention heads of each stage.
  var heads: [Int]
  /// The side of a window.
  var window: Int
  var isSecond = false
  /// Features inside of the layers that give the positions' biases (version 2).
  var positionFeatures = 512
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "Swin Transformer"
  static let headModules = [["head"], ["head.fc"]]
  static let spellings = [Spelling.torchvision, .timm]
  static let variants = [false, true].flatMap { isSecond in
    [("t", "T", 6, 96, 3), ("s", "S", 18, 96, 3), ("b", "B", 18, 128, 4)].map { name, title, depth, width, heads in
      Variant(
        isSecond ? "swin_v2_\(name)" : "swin_\(name)", isSecond ? "Swin V2-\(title)" : "Swin-\(title)",
        source: "Liu et al. 2021; torchvision"
      ) { SwinTransformer(depth: depth, width: width, heads: heads, isSecond: isSecond, classes: $0) }
    }
  }

  var inputShape: [Int] {
    let side = 32 * window
    return [3, side, side]
  }

  var ambiguity: Remark? {
    guard isSecond, spelling == .timm else { return nil }
    return "weights cannot tell the side of the windows; 8 is taken"
  }

  init(depth: Int, width: Int, heads: Int, isSecond: Bool, classes: Int) {
    (depths, self.width, self.isSecond, self.classes) = ([2, 2, depth, 2], width, isSecond, classes)
    self.heads = (0..<4).map { heads << $0 }
    window = isSecond ? 8 : 7
  }

  init?(reading keys: WeightTree) {
    let isTimm = keys.patch_embed.proj.exists
    let stages = (0..<4).map { isTimm ? keys.layers[$0].blocks : keys.features[2 * $0 + 1] }
    let attention = stages.map { $0[0].attn }
    guard let width = (isTimm ? keys.patch_embed.proj : keys.features[0][0]).outputs,
      let classes = (isTimm ? keys["head"].fc : keys["head"]).outputs, stages.allSatisfy(\.exists)
    else { return nil }
    (self.width, self.classes, depths) = (width, classes, stages.map(\.count))
    isSecond = attention[0].shape("logit_scale") != nil
    if isSecond {
      heads = attention.compactMap { $0.shape("logit_scale")?[0] }
      positionFeatures = attention[0].cpb_mlp[0].outputs ?? 512
      window = attention[0].shape("relative_coords_table").map { ($0.count > 1 ? $0[1] : 15) / 2 + 1 } ?? 8
    } else {
      let tables = attention.compactMap { $0.shape("relative_position_bias_table") }.filter { $0.count == 2 }
      heads = tables.map { $0[1] }
      guard let rows = tables.first?[0], let side = (1...64).first(where: { (2 * $0 - 1) * (2 * $0 - 1) == rows })
      else {
        return nil
      }
      window = side
    }
    guard heads.count == 4, window <= 32 else { return nil }
    spelling = isTimm ? .timm : .torchvision
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let isTimm = spelling == .timm
    let patches = isTimm ? (net.patch_embed.proj, net.patch_embed.norm) : (net.features[0][0], net.features[0][2])
    var x = patches.0.convolution(input, width, kernel: 4, stride: 4)
    x = patches.1.layerNormalization(x.transposed([0, 2, 3, 1]))
    for stage in 0..<4 {
      if stage > 0 { x = merged(isTimm ? net.layers[stage].downsample : net.features[2 * stage], x, width << stage) }
      let blocks = isTimm ? net.layers[stage].blocks : net.features[2 * stage + 1]
      for index in 0..<depths[stage] { x = block(blocks[index], x, stage, isShifted: index % 2 == 1) }
    }
    x = net.norm.layerNormalization(x).mean(axes: [1, 2], keepsAxes: false)
    return net.classifying(x) { (isTimm ? net["head"].fc : net["head"]).linear($0, classes) }
  }

  /// Four neighbours as one place (section 3.1).
  private func merged(_ net: ModulePath, _ input: FeatureMap, _ channels: Int) -> FeatureMap {
    let extents = input.shape.map { $0.value ?? 1 }
    var x = input
    if extents[1] % 2 + extents[2] % 2 > 0 {
      x = x.padded(before: [0, 0, 0, 0], behind: [0, extents[1] % 2, extents[2] % 2, 0])
    }
    let (height, width) = (extents[1] + extents[1] % 2, extents[2] + extents[2] % 2)
    x = x.reshaped([0, height / 2, 2, width / 2, 2, extents[3]]).transposed([0, 1, 3, 4, 2, 5])
      .reshaped([0, height / 2, width / 2, 4 * extents[3]])
    if isSecond { return net.norm.layerNormalization(net.reduction.projection(x, channels, bias: false)) }
    return net.reduction.projection(net.norm.layerNormalization(x), channels, bias: false)
  }

  private func block(_ net: ModulePath, _ input: FeatureMap, _ stage: Int, isShifted: Bool) -> FeatureMap {
    let isTimm = spelling == .timm
    func hidden(_ x: FeatureMap) -> FeatureMap {
      let inside = (isTimm ? net.mlp.fc1 : net.mlp[0]).projection(x, 4 * width << stage).gelu()
      return (isTimm ? net.mlp.fc2 : net.mlp[3]).projection(inside, width << stage)
    }
    if isSecond {
      let x = net.norm1.layerNormalization(attended(net.attn, input, stage, isShifted)).added(input)
      return net.norm2.layerNormalization(hidden(x)).added(x)
    }
    let x = attended(net.attn, net.norm1.layerNormalization(input), stage, isShifted).added(input)
    return hidden(net.norm2.layerNormalization(x)).added(x)
  }

  private func attended(_ net: ModulePath, _ input: FeatureMap, _ stage: Int, _ isShifted: Bool) -> FeatureMap {
    let windows = AttentionWindows(input, side: window, isShifted: isShifted)
    if windows.exceedsMask { return input.refused("the image is too large for shifted windows") }
    let channels = width << stage
    let x = joined(net, windows.divided(input), channels)
    let parts = x.split(axis: 3, into: 3).map { SelfAttention.heads($0, heads[stage]) }
    var scores: FeatureMap
    if isSecond {
      let scale = net.value("logit_scale", [heads[stage], 1, 1], .scale, on: x).clipped(-1e30, 4.605170186)
        .exponential()
      scores = parts[0].unitLength(axis: -1).matrixProduct(SelfAttention.swapped(parts[1].unitLength(axis: -1))) * scale
    } else {
      let factor = 1 / Float(channels / max(heads[stage], 1)).squareRoot()
      scores = parts[0].scaled(by: factor).matrixProduct(SelfAttention.swapped(parts[1]))
    }
    scores = scores.added(positionBias(net, stage, on: x))
    if let mask = windows.mask { scores = scores.added(mask, shape: windows.maskShape) }
    let y = SelfAttention.tokens(scores.softmax(axis: -1).matrixProduct(parts[2]))
    return windows.joined(net.proj.projection(y, channels), like: input)
  }

  /// Queries, keys and values; in version 2 keys have no bias.
  private func joined(_ net: ModulePath, _ x: FeatureMap, _ channels: Int) -> FeatureMap {
    guard isSecond else { return net.qkv.projection(x, 3 * channels) }
    let product = net.qkv.projection(x, 3 * channels, bias: false)
    if spelling == .timm {
      let bias = FeatureMap.joined(
        [
          net.value("q_bias", [channels], .bias, on: x).padded(before: [0], behind: [channels]),
          net.value("v_bias", [channels], .bias, on: x),
        ], axis: 0)
      return product.added(bias)
    }
    let kept = (0..<3 * channels).map { Float(channels..<2 * channels ~= $0 ? 0 : 1) }
    return product.added(net.qkv.value("bias", [3 * channels], .bias, on: x).multiplied(kept, shape: [3 * channels]))
  }

  /// What the scores of two places get by their distance, `[heads, side², side²]`.
  private func positionBias(_ net: ModulePath, _ stage: Int, on x: FeatureMap) -> FeatureMap {
    let (heads, span, area) = (heads[stage], 2 * window - 1, window * window)
    let table: FeatureMap
    if isSecond {
      let (middle, unit) = (window - 1, 8 / Float(max(window - 1, 1)))
      var distances: [Float] = []
      for row in 0..<span {
        for column in 0..<span { distances += [Float(row - middle) * unit, Float(column - middle) * unit] }
      }
      let shape = [span * span, 2]
      // log2(1 + |x|) / log2(8), with the sign of x.
      let coordinates = x.constant(distances.map { abs($0) + 1 }, shape: shape).logarithm().scaled(by: 1 / 2.0794415)
        .multiplied(distances.map { $0 < 0 ? -1 : 1 }, shape: shape)
      let inside = net.cpb_mlp[0].linear(coordinates, positionFeatures).relu()
      table = net.cpb_mlp[2].linear(inside, heads, bias: false)
    } else {
      table = net.value("relative_position_bias_table", [span * span, heads], .shift, on: x)
    }
    let rows = table.gathered(AttentionWindows.relativePositions(side: window), axis: 0)
    let bias = rows.reshaped([area, area, heads]).transposed([2, 0, 1])
    return isSecond ? bias.sigmoid().scaled(by: 16) : bias
  }
}
