import CNNGraphs

/// ResNet of He et al.: "Identity Mappings in Deep Residual Networks", 2016, figure 4 e, with normalizations before the
/// convolutions, and BiT of Kolesnikov et al.: "Big Transfer", 2019, with group normalization and standardized weights, as timm
/// has them.
struct ResNetV2: Architecture {
  var depths: [Int]
  /// Widths of the stem's convolutions: one 7x7, or three 3x3.
  var stem: [Int]
  /// Channels inside of each stage's blocks, and those that come out.
  var widths: [Int]
  var channels: [Int]
  /// True for BiT.
  var isStandardized = false
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "ResNetV2"
  static let headModules = [["head.fc"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  private var isDeep: Bool { stem.count > 1 }

  init?(reading keys: WeightTree) {
    let stages = (0..<4).map { keys.stages[$0].blocks }
    guard let classes = keys["head"].fc.outputs, stages[0][0].norm3.exists, stages[0][0].conv3.exists, keys.norm.exists
    else { return nil }
    self.classes = classes
    let stems = keys.stem.conv.exists ? [keys.stem.conv] : [keys.stem.conv1, keys.stem.conv2, keys.stem.conv3]
    stem = stems.compactMap(\.outputs)
    depths = stages.map(\.count)
    widths = stages.compactMap { $0[0].conv1.outputs }
    channels = stages.compactMap { $0[0].conv3.outputs }
    guard stem.count == stems.count, widths.count == 4, channels.count == 4 else { return nil }
    isStandardized = !keys.norm.isNormalization
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = input
    if isDeep {
      for (index, width) in stem.enumerated() {
        x = convolved(net.stem["conv\(index + 1)"], x, width, kernel: 3, stride: index == 0 ? 2 : 1)
        if index < 2 { x = activated(net.stem["norm\(index + 1)"], x) }
      }
    } else {
      x = convolved(net.stem.conv, x, stem[0], kernel: 7, stride: 2)
    }
    // BiT pads with zeros, which may be larger than what is there.
    x =
      isStandardized
      ? x.padded(before: [0, 0, 1, 1], behind: [0, 0, 1, 1]).maxPool(kernel: 3, stride: 2)
      : x.maxPool(kernel: 3, stride: 2, padding: 1)
    for stage in 0..<4 {
      for index in 0..<depths[stage] {
        x = block(
          net.stages[stage].blocks[index], x, stage, stride: stage > 0 && index == 0 ? 2 : 1, isFirst: index == 0)
      }
    }
    x = activated(net.norm, x).globalAveragePool()
    return net.classifying(x) { net["head"].fc.convolution($0, classes, kernel: 1).flattened() }
  }

  private func block(
    _ net: ModulePath, _ input: FeatureMap, _ stage: Int, stride: Int, isFirst: Bool
  ) -> FeatureMap {
    let ready = activated(net.norm1, input)
    var shortcut = input
    if isFirst {
      let isAveraged = isDeep && stride > 1
      let x = isAveraged ? ready.averagePool(kernel: 2, stride: stride, ceilMode: true, countsPadding: false) : ready
      shortcut = convolved(net.downsample.conv, x, channels[stage], kernel: 1, stride: isAveraged ? 1 : stride)
    }
    var x = convolved(net.conv1, ready, widths[stage], kernel: 1)
    x = convolved(net.conv2, activated(net.norm2, x), widths[stage], kernel: 3, stride: stride)
    x = convolved(net.conv3, activated(net.norm3, x), channels[stage], kernel: 1)
    return x.added(shortcut)
  }

  private func convolved(
    _ net: ModulePath, _ x: FeatureMap, _ channels: Int, kernel: Int, stride: Int = 1
  ) -> FeatureMap {
    isStandardized
      ? net.standardizedConvolution(
        x, channels, kernel: kernel, stride: stride, padding: kernel / 2, epsilon: 1e-8)
      : net.convolution(x, channels, kernel: kernel, stride: stride, padding: kernel / 2, bias: false)
  }

  private func activated(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    (isStandardized ? net.groupNormalization(x, groups: 32) : net.batchNormalization(x)).relu()
  }
}
