/// ConvNeXt of Liu et al.: "A ConvNet for the 2020s", 2022, figure 4, and its second version of Woo et al. 2023, with global
/// response normalization in place of the layer's scale, as torchvision and timm have them.
struct ConvNeXt: Architecture {
  var depths: [Int]
  var channels: [Int]
  /// Channels inside of each stage's blocks.
  var hidden: [Int]
  /// Widths of the stem's convolutions: one 4x4 that takes patches, or two 3x3 that overlap.
  var stem: [Int]
  /// True if a factor for each channel ends a block.
  var isScaled = true
  /// True for global response normalization inside of the blocks.
  var isResponseNormalized = false
  /// True if the blocks' 1x1 layers are convolutions.
  var isConvolutional = false
  /// True if the head normalizes before it pools.
  var normalizesFirst = false
  /// Features of a hidden linear layer; `nil` without it.
  var features: Int?
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "ConvNeXt"
  static let headModules = [["classifier.2"], ["head.fc"]]
  static let spellings = [Spelling.torchvision, .timm]
  static let variants = [
    ("tiny", "Tiny", 9, 96), ("small", "Small", 27, 96), ("base", "Base", 27, 128), ("large", "Large", 27, 192),
  ].map { name, title, depth, width in
    Variant("convnext_\(name)", "ConvNeXt-\(title)", source: "Liu et al. 2022, section 3; torchvision") {
      ConvNeXt(depths: [3, 3, depth, 3], channels: [1, 2, 4, 8].map { $0 * width }, classes: $0)
    }
  }

  init(depths: [Int], channels: [Int], classes: Int) {
    (self.depths, self.channels, self.classes) = (depths, channels, classes)
    hidden = channels.map { 4 * $0 }
    stem = [channels[0]]
  }

  init?(reading keys: WeightTree) {
    let isTimm = keys.stages[0].blocks[0].conv_dw.exists
    let blocks = (0..<4).map { isTimm ? keys.stages[$0].blocks : keys.features[2 * $0 + 1] }
    let first = blocks.map { $0[0] }
    channels = first.compactMap { (isTimm ? $0.conv_dw : $0.block[0]).outputs }
    hidden = first.compactMap { (isTimm ? $0.mlp.fc1 : $0.block[3]).outputs }
    guard channels.count == 4, hidden.count == 4,
      let classes = (isTimm ? keys["head"].fc : keys.classifier[2]).outputs,
      isTimm || keys.features[1][0].layer_scale.exists || first[0].shape("layer_scale") != nil
    else { return nil }
    (self.classes, spelling, depths) = (classes, isTimm ? .timm : .torchvision, blocks.map(\.count))
    let stems = (isTimm ? keys.stem : keys.features[0])
    stem = (0..<3).map { stems[$0] }.filter(\.isConvolution).compactMap(\.outputs)
    isScaled = !isTimm || first[0].shape("gamma") != nil
    isResponseNormalized = first[0].mlp.grn.exists
    isConvolutional = first[0].mlp.fc1.isConvolution
    normalizesFirst = isTimm && keys.norm_pre.exists
    features = keys["head"].pre_logits.fc.outputs
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let isTimm = spelling == .timm
    let start = isTimm ? net.stem : net.features[0]
    var x = input
    if stem.count == 1 {
      x = start[0].convolution(x, stem[0], kernel: 4, stride: 4)
    } else {
      for (index, width) in stem.enumerated() {
        x = start[index].convolution(x, width, kernel: 3, stride: 2, padding: 1)
      }
    }
    x = start[stem.count].channelNormalization(x)
    for index in channels.indices {
      if index > 0 {
        let down = isTimm ? net.stages[index].downsample : net.features[2 * index]
        x = down[1].convolution(down[0].channelNormalization(x), channels[index], kernel: 2, stride: 2)
      }
      let blocks = isTimm ? net.stages[index].blocks : net.features[2 * index + 1]
      for number in 0..<depths[index] { x = block(blocks[number], x, index) }
    }
    if normalizesFirst { x = net.norm_pre.channelNormalization(x) }
    x = x.globalAveragePool()
    if !normalizesFirst { x = (isTimm ? net["head"].norm : net.classifier[0]).channelNormalization(x) }
    x = x.flattened()
    if let features { x = net["head"].pre_logits.fc.linear(x, features).gelu() }
    return net.classifying(x) { (isTimm ? net["head"].fc : net.classifier[2]).linear($0, classes) }
  }

  private func block(_ net: ModulePath, _ input: FeatureMap, _ stage: Int) -> FeatureMap {
    let isTimm = spelling == .timm
    let inside = net.block
    var x = (isTimm ? net.conv_dw : inside[0]).depthwiseConvolution(input, kernel: 7, padding: 3)
    if isConvolutional {
      x = net.norm.channelNormalization(x)
      x = net.mlp.fc1.convolution(x, hidden[stage], kernel: 1).gelu()
      if isResponseNormalized {
        x = responseNormalized(net.mlp.grn, x.transposed([0, 2, 3, 1])).transposed([0, 3, 1, 2])
      }
      x = net.mlp.fc2.convolution(x, channels[stage], kernel: 1)
    } else {
      x = (isTimm ? net.norm : inside[2]).layerNormalization(x.transposed([0, 2, 3, 1]), epsilon: 1e-6)
      x = (isTimm ? net.mlp.fc1 : inside[3]).projection(x, hidden[stage]).gelu()
      if isResponseNormalized { x = responseNormalized(net.mlp.grn, x) }
      x = (isTimm ? net.mlp.fc2 : inside[5]).projection(x, channels[stage]).transposed([0, 3, 1, 2])
    }
    guard isScaled else { return x + input }
    let width = channels[stage]
    let scale =
      isTimm
      ? net.value("gamma", [width], .residualScale, on: x).reshaped([width, 1, 1])
      : net.value("layer_scale", [width, 1, 1], .residualScale, on: x)
    return x * scale + input
  }

  /// `x + bias + weight · x · ‖x‖ / mean ‖x‖` over `[N, H, W, C]` (Woo et al. 2023, algorithm 1).
  private func responseNormalized(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    let width = x.shape.last?.value ?? 1
    let length = (x * x).sum(axes: [1, 2]).squareRoot()
    let share = length.divided(by: length.mean(axes: [3]).shifted(by: 1e-6))
    let scaled = net.value("weight", [width], .scale, on: x) * (x * share)
    return x.added(scaled.added(net.value("bias", [width], .shift, on: x)))
  }
}
