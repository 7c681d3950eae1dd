import CNNOperators

/// EdgeNeXt of Maaz et al.: "EdgeNeXt: Efficiently Amalgamated CNN-Transformer Architecture for Mobile Vision
/// Applications", 2022, figure 2, as timm has it.
struct EdgeNeXt: Architecture {
  /// What the shapes of a block tell.
  struct Block: Equatable, Sendable {
    /// The kernel of a convolutional encoder; `nil` for a split depth-wise transpose attention encoder.
    var kernel: Int?
    /// Convolutions that go over parts of the channels, and the channels of a part.
    var parts = 0
    var width = 0
    var heads = 0
    /// Frequencies of the position's encoding along each axis; 0 without it.
    var frequencies = 0
    /// Features inside of the layers behind.
    var hidden: Int
  }

  struct Stage: Equatable, Sendable {
    var channels: Int
    var blocks: [Block]
  }

  var stages: [Stage]
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "EdgeNeXt"
  static let headModules = [["head.fc"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  init?(reading keys: WeightTree) {
    guard let stem = keys.stem[0].outputs, keys.stem[0].kernel == 4, let classes = keys["head"].fc.outputs,
      (1..<4).contains(where: { keys.stages[$0].blocks[keys.stages[$0].blocks.count - 1].xca.exists })
    else { return nil }
    self.classes = classes
    stages = (0..<4).compactMap { index in
      let stage = keys.stages[index]
      guard let channels = index == 0 ? stem : stage.downsample[1].outputs else { return nil }
      let blocks = (0..<stage.blocks.count).compactMap { Block(reading: stage.blocks[$0]) }
      return blocks.count == stage.blocks.count ? Stage(channels: channels, blocks: blocks) : nil
    }
    guard stages.count == 4 else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.stem[0].convolution(input, stages[0].channels, kernel: 4, stride: 4)
    x = net.stem[1].channelNormalization(x)
    for (index, stage) in stages.enumerated() {
      let inside = net.stages[index]
      if index > 0 {
        x = inside.downsample[0].channelNormalization(x)
        x = inside.downsample[1].convolution(x, stage.channels, kernel: 2, stride: 2)
      }
      for (number, block) in stage.blocks.enumerated() { x = block.build(inside.blocks[number], x) }
    }
    x = net["head"].norm.channelNormalization(x.globalAveragePool()).flattened()
    return net.classifying(x) { net["head"].fc.linear($0, classes) }
  }
}

extension EdgeNeXt.Block {
  /// Reads a block.
  fileprivate init?(reading keys: WeightTree) {
    guard let hidden = keys.mlp.fc1.outputs else { return nil }
    self.hidden = hidden
    kernel = keys.conv_dw.kernel
    guard kernel == nil else { return }
    guard let heads = keys.xca.shape("temperature")?.first, let width = keys.convs[0].outputs else { return nil }
    (self.heads, self.width, parts) = (heads, width, keys.convs.count)
    frequencies = (keys.pos_embd.token_projection.inputs ?? 0) / 2
  }

  fileprivate func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let x: FeatureMap
    if let kernel {
      x = net.conv_dw.depthwiseConvolution(input, kernel: kernel, padding: kernel / 2).transposed([0, 2, 3, 1])
    } else {
      x = attended(net, input)
    }
    let channels = x.shape.last?.value ?? 1
    var y = net.norm.layerNormalization(x, epsilon: 1e-6)
    y = net.mlp.fc2.projection(net.mlp.fc1.projection(y, hidden).gelu(), channels)
    y = y * net.value("gamma", [channels], .residualScale, on: y)
    return y.transposed([0, 3, 1, 2]) + input
  }

  /// Convolutions over parts of the channels, each with the sum of those before, and attention between channels;
  /// `[N, H, W, C]`.
  private func attended(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let channels = input.channels
    let extents = input.shape.suffix(2).map { $0.value ?? 1 }
    var maps: [FeatureMap] = []
    for part in 0..<parts {
      var x = input.channels(from: part * width, to: min((part + 1) * width, channels))
      if let last = maps.last { x = last.added(x) }
      maps.append(net.convs[part].depthwiseConvolution(x, kernel: 3, padding: 1))
    }
    maps.append(input.channels(from: min(parts * width, channels), to: channels))
    var x = FeatureMap.concatenated(maps).reshaped([0, channels, -1]).transposed([0, 2, 1])
    if frequencies > 0 {
      let position = positions(net, channels, extents, on: x).reshaped([1, channels, -1]).transposed([0, 2, 1])
      x = x.added(position)
    }
    let attention = crossCovariance(net.xca, net.norm_xca.layerNormalization(x, epsilon: 1e-6), channels)
    x = x.added(attention * net.value("gamma_xca", [channels], .residualScale, on: x))
    return x.reshaped([0, extents[0], extents[1], channels])
  }

  /// Attention of channels to one another (El-Nouby et al.: "XCiT", 2021, equation 1).
  private func crossCovariance(_ net: ModulePath, _ x: FeatureMap, _ channels: Int) -> FeatureMap {
    let joined = net.qkv.projection(x, 3 * channels)
    let count = x.shape.count > 1 ? x.shape[1].value ?? 1 : 1
    let parts = joined.reshaped([0, count, 3, heads, channels / max(heads, 1)]).transposed([2, 0, 3, 4, 1])
      .split(axis: 0, into: 3).map { $0.reshaped([-1, heads, channels / max(heads, 1), count]) }
    let (query, key) = (parts[0].unitLength(axis: -1), parts[1].unitLength(axis: -1))
    var scores = query.matrixProduct(SelfAttention.swapped(key))
    scores = scores * net.value("temperature", [heads, 1, 1], .scale, on: x)
    let y = scores.softmax(axis: -1).matrixProduct(parts[2]).transposed([0, 3, 1, 2]).reshaped([-1, count, channels])
    return net.proj.projection(y, channels)
  }

  /// The position of each place in waves of growing length, `[1, C, H, W]` (Vaswani et al. 2017, section 3.5).
  private func positions(
    _ net: ModulePath, _ channels: Int, _ extents: [Int], on x: FeatureMap
  ) -> FeatureMap {
    let (height, width) = (extents[0], extents[1])
    let (area, overflow) = height.multipliedReportingOverflow(by: width)
    guard !overflow, area <= 1 << 20, 2...1 << 10 ~= frequencies, frequencies.nonzeroBitCount == 1 else {
      x.builder.refuse("an image or a number of frequencies that positions are not drawn for")
      return x
    }
    // 10000 ^ (2 / frequencies), by roots alone.
    var ratio = 10_000.0
    for _ in 1..<frequencies.trailingZeroBitCount { ratio.formSquareRoot() }
    var angles: [Float] = []
    angles.reserveCapacity(2 * frequencies * area)
    for axis in 0..<2 {
      var length = 1.0
      for frequency in 0..<frequencies {
        // A cosine is a sine a quarter of a turn ahead.
        let isCosine = frequency % 2 == 1
        for place in 0..<area {
          let (index, extent) = axis == 0 ? (place / width, height) : (place % width, width)
          let angle = Double(index + 1) / (Double(extent) + 1e-6) * 2 * Double.pi / length
          angles.append(Float(isCosine ? angle + Double.pi / 2 : angle))
        }
        if isCosine { length *= ratio }
      }
    }
    let id = x.builder.numbers(angles, shape: [1, 2 * frequencies, height, width], hint: "\(net.path).angles")
    let waves = FeatureMap(builder: x.builder, id: id, origin: net.path).then(Sin(), "waves")
    return net.pos_embd.token_projection.convolution(waves, channels, kernel: 1)
  }
}
