import CNNGraphs

/// ResNet of He, Zhang, Ren, Sun: "Deep Residual Learning for Image Recognition", 2015, table 1; Wide ResNet of Zagoruyko,
/// Komodakis, 2016, with twice the width inside of the bottlenecks; ResNeXt of Xie et al.: "Aggregated Residual
/// Transformations for Deep Neural Networks", 2016, table 1, with groups: all as torchvision has them.
///
/// That is version 1.5: when a bottleneck halves the map, its 3x3 convolution has the stride; the paper's first 1x1 has
/// it. The shapes of the weights are the same.
///
/// | | parameters | multiply-accumulates |
/// | --- | --- | --- |
/// | ResNet-18 | 11,689,512 | 1.814 G |
/// | ResNet-34 | 21,797,672 | 3.664 G |
/// | ResNet-50 | 25,557,032 | 4.089 G |
/// | ResNet-101 | 44,549,160 | 7.801 G |
/// | ResNet-152 | 60,192,808 | 11.514 G |
/// | Wide ResNet-50-2 | 68,883,240 | 11.398 G |
/// | Wide ResNet-101-2 | 126,886,696 | 22.753 G |
/// | ResNeXt-50 32x4d | 25,028,904 | 4.230 G |
/// | ResNeXt-101 32x8d | 88,791,336 | 16.414 G |
/// | ResNeXt-101 64x4d | 83,455,272 | 15.460 G |
///
/// timm's variations are options: the stems and shortcuts of He et al.: "Bag of Tricks for Image Classification with
/// Convolutional Neural Networks", 2018 (C, D), narrower stems (T), a convolution for a pooling (RS, Bello et al. 2021),
/// squeeze-and-excitation (Hu et al. 2017), efficient channel attention (Wang et al. 2019), group normalization; and
/// the networks for small images (section 4.2), with a 3x3 stem and three or four stages.
struct ResNet: RenamedArchitecture {
  /// What stands before the stages.
  enum Stem: Equatable, Sendable {
    /// A 7x7 convolution with a stride, and a pooling.
    case wide
    /// A 3x3 convolution, and nothing else.
    case small
    /// Three 3x3 convolutions, the first two of these widths, and a pooling.
    case deep([Int])
  }

  /// What weighs the channels of each block.
  enum Attention: Equatable, Sendable {
    case none
    /// Squeeze-and-excitation, with these channels inside, by stage.
    case squeeze([Int])
    /// A convolution over neighbouring channels, of this extent, by stage.
    case local([Int])
  }

  /// Blocks in each of the stages.
  var depths: [Int]
  /// True for blocks of 1x1, 3x3, 1x1; false for two 3x3 (figure 5).
  var isBottleneck: Bool
  /// Channels of the stem.
  var stem = 64
  /// Channels of each stage.
  var channels: [Int]
  /// Channels inside of each stage's blocks.
  var widths: [Int]
  /// Groups of the bottlenecks' 3x3 convolutions.
  var groups = 1
  /// True if a bottleneck's first convolution has the stride, as in the paper; false if its 3x3 has it.
  var stridesFirst = false
  /// What stands before the stages.
  var stemStyle = Stem.wide
  /// True if a convolution with a stride stands in place of the pooling.
  var convolvesToPool = false
  /// True if shortcuts that stride take means first.
  var averagesShortcuts = false
  /// True if shortcuts have no weights: channels of zeros are added (section 3.3, option A).
  var padsShortcuts = false
  /// True for group normalization, over 32 groups.
  var isGroupNormalized = false
  var attention = Attention.none
  /// What stands in place of a bottleneck's 3x3 convolution.
  var filter = ResNetFilter.plain
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "ResNet"
  static let headModules = [["fc"]]
  static let variants =
    [
      ("18", [2, 2, 2, 2], false), ("34", [3, 4, 6, 3], false), ("50", [3, 4, 6, 3], true),
      ("101", [3, 4, 23, 3], true), ("152", [3, 8, 36, 3], true),
    ].map { layers, depths, isBottleneck in
      Variant("resnet\(layers)", "ResNet-\(layers)", source: "He et al. 2015, table 1; torchvision (v1.5)") {
        ResNet(depths: depths, isBottleneck: isBottleneck, classes: $0)
      }
    }
    + [("50", [3, 4, 6, 3]), ("101", [3, 4, 23, 3]), ("152", [3, 8, 36, 3])].map { layers, depths in
      Variant("resnet\(layers)_v1", "ResNet-\(layers) (v1)", source: "He et al. 2015, table 1") {
        ResNet(depths: depths, isBottleneck: true, stridesFirst: true, classes: $0)
      }
    }
    + [("50", [3, 4, 6, 3]), ("101", [3, 4, 23, 3])].map { layers, depths in
      Variant(
        "wide_resnet\(layers)_2", "Wide ResNet-\(layers)-2", source: "Zagoruyko, Komodakis 2016; torchvision"
      ) {
        ResNet(depths: depths, isBottleneck: true, width: 128, classes: $0)
      }
    }
    + [("50_32x4d", [3, 4, 6, 3], 32, 4), ("101_32x8d", [3, 4, 23, 3], 32, 8), ("101_64x4d", [3, 4, 23, 3], 64, 4)]
    .map { name, depths, groups, width in
      Variant(
        "resnext\(name)", "ResNeXt-\(name.replacing("_", with: " "))", source: "Xie et al. 2016, table 1; torchvision"
      ) {
        ResNet(depths: depths, isBottleneck: true, width: groups * width, groups: groups, classes: $0)
      }
    }

  var ambiguity: Remark? {
    guard isBottleneck, groups == 1, widths[0] == 64, stemStyle == .wide, filter == .plain, attention == .none,
      !averagesShortcuts,
      !isGroupNormalized
    else { return nil }
    return Remark(
      "weights cannot tell where a bottleneck strides, nor whether it smooths before (timm's resnetblur and resnetaa); the 3x3 convolution is taken (v1.5), and no smoothing",
      remedy: .chooseArchitecture("NAME_v1", effect: "the first 1x1"))
  }

  var assumptions: [Remark] {
    let small: Remark = "a 3x3 stem is taken for one without stride and pooling, as networks for small images have it"
    let padded: Remark =
      "shortcuts without weights are taken for every second place and channels of zeros on both sides"
    return (stemStyle == .small ? [small] : []) + (padsShortcuts ? [padded] : [])
  }

  var inputShape: [Int] { stemStyle == .small ? [3, 32, 32] : [3, 224, 224] }

  init(
    depths: [Int], isBottleneck: Bool, width: Int = 64, groups: Int = 1, stridesFirst: Bool = false,
    classes: Int = 1000
  ) {
    (self.depths, self.isBottleneck, self.groups) = (depths, isBottleneck, groups)
    widths = depths.indices.map { width << $0 }
    channels = depths.indices.map { (isBottleneck ? 256 : 64) << $0 }
    (self.stridesFirst, self.classes) = (stridesFirst, classes)
  }

  init?(reading keys: WeightTree) {
    guard let classes = keys.fc.outputs else { return nil }
    self.init(readingBackbone: keys)
    self.classes = classes
  }

  /// Reads everything but the head.
  init?(readingBackbone keys: WeightTree) {
    let block = keys.layer1[0]
    guard keys.bn1.exists, let inputs = ResNetFilter.inputs(block) else { return nil }
    isBottleneck = block.conv3.exists
    let stages = Array((1...4).map { keys["layer\($0)"] }.prefix { $0.exists })
    depths = stages.map(\.count)
    widths = stages.compactMap { $0[0].conv1.outputs }
    channels = isBottleneck ? stages.compactMap { $0[0].conv3.outputs } : widths
    guard depths.count > 2, widths.count == depths.count, channels.count == depths.count else { return nil }
    guard let filter = ResNetFilter(reading: stages, widths: widths) else { return nil }
    self.filter = filter
    switch filter {
    case .plain: groups = isBottleneck ? max(widths[0] / inputs, 1) : 1
    case .multiScale(let parts): groups = max(parts[0] / inputs, 1)
    case .split(let radix, _): groups = max(widths[0] / inputs / radix, 1)
    }
    if let first = keys.conv1[0].outputs, let second = keys.conv1[3].outputs, let last = keys.conv1[6].outputs {
      (stemStyle, stem) = (.deep([first, second]), last)
    } else {
      guard let first = keys.conv1.outputs else { return nil }
      (stemStyle, stem) = (keys.conv1.kernel == 3 ? .small : .wide, first)
    }
    convolvesToPool = keys.maxpool[0].isConvolution
    let changed = stages.last?[0].downsample
    averagesShortcuts = changed?[1].isConvolution ?? false
    padsShortcuts = changed?.exists == false
    isGroupNormalized = !keys.bn1.isNormalization
    let squeezed = stages.compactMap { $0[0].se.fc1.outputs }
    let extents = stages.compactMap { $0[0].se.conv.shape()?.last }
    if squeezed.count == depths.count { attention = .squeeze(squeezed) }
    if extents.count == depths.count { attention = .local(extents) }
  }

  /// Other libraries say `shortcut` and `linear`.
  static func mayHaveOlderKeys(_ keys: WeightTree) -> Bool {
    keys.layer1[0].conv1.exists && (keys["linear"].exists || keys.layer2[0].shortcut.exists)
  }

  static func renamed(_ key: String) -> String {
    if key.hasPrefix("linear.") { return "fc." + key.dropFirst("linear.".count) }
    return key.replacing(".shortcut.", with: ".downsample.", maxReplacements: 1)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let x = features(net, input)[depths.count - 1]
    return net.classifying(x.globalAveragePool().flattened()) { net.fc.linear($0, classes) }
  }

  /// The map that each stage gives.
  /// - Parameter dilatedStages: how many stages, from the last, dilate in place of striding, as segmentation has them.
  func features(_ net: ModulePath, _ input: FeatureMap, dilatedStages: Int = 0) -> [FeatureMap] {
    var x = stem(net, input)
    var dilation = 1
    return depths.indices.map { index in
      let isDilated = index >= depths.count - dilatedStages
      for block in 0..<depths[index] {
        let stride = block == 0 && index > 0 && !isDilated ? 2 : 1
        let module = net["layer\(index + 1)"][block]
        x = isBottleneck ? bottleneck(module, x, index, stride, dilation) : basic(module, x, index, stride)
        // The first block still sees what the stage before it saw.
        if block == 0, isDilated { dilation *= 2 }
      }
      return x
    }
  }

  private func stem(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x: FeatureMap
    switch stemStyle {
    case .wide: x = net.conv1.convolution(input, stem, kernel: 7, stride: 2, padding: 3, bias: false)
    case .small:
      x = net.conv1.convolution(input, stem, kernel: 3, padding: 1, bias: false)
      return normalized(net.bn1, x).relu()
    case .deep(let widths):
      x = net.conv1[0].convolution(input, widths[0], kernel: 3, stride: 2, padding: 1, bias: false)
      x = normalized(net.conv1[1], x).relu()
      x = net.conv1[3].convolution(x, widths[1], kernel: 3, padding: 1, bias: false)
      x = normalized(net.conv1[4], x).relu()
      x = net.conv1[6].convolution(x, stem, kernel: 3, padding: 1, bias: false)
    }
    x = normalized(net.bn1, x).relu()
    guard convolvesToPool else { return x.maxPool(kernel: 3, stride: 2, padding: 1) }
    x = net.maxpool[0].convolution(x, stem, kernel: 3, stride: 2, padding: 1, bias: false)
    return normalized(net.maxpool[1], x).relu()
  }

  private func normalized(_ net: ModulePath, _ x: FeatureMap) -> FeatureMap {
    isGroupNormalized ? net.groupNormalization(x, groups: 32) : net.batchNormalization(x)
  }

  private func basic(_ net: ModulePath, _ input: FeatureMap, _ stage: Int, _ stride: Int) -> FeatureMap {
    var x = net.conv1.convolution(input, widths[stage], kernel: 3, stride: stride, padding: 1, bias: false)
    x = normalized(net.bn1, x).relu()
    x = net.conv2.convolution(x, channels[stage], kernel: 3, padding: 1, bias: false)
    x = attended(net.se, normalized(net.bn2, x), stage)
    return (x + shortcut(net, input, channels[stage], stride)).relu()
  }

  private func bottleneck(
    _ net: ModulePath, _ input: FeatureMap, _ stage: Int, _ stride: Int, _ dilation: Int
  ) -> FeatureMap {
    let strides = stridesFirst ? (stride, 1) : (1, stride)
    let width = widths[stage]
    var x = net.conv1.convolution(input, width, kernel: 1, stride: strides.0, bias: false)
    x = normalized(net.bn1, x).relu()
    x = filtered(
      net, x, stage, stride: strides.1, dilation: dilation,
      isChanged: stride != 1 || input.channels != channels[stage])
    x = net.conv3.convolution(x, channels[stage], kernel: 1, bias: false)
    x = attended(net.se, normalized(net.bn3, x), stage)
    return (x + shortcut(net, input, channels[stage], stride)).relu()
  }

  private func filtered(
    _ net: ModulePath, _ x: FeatureMap, _ stage: Int, stride: Int, dilation: Int, isChanged: Bool
  ) -> FeatureMap {
    switch filter {
    case .plain:
      let y = net.conv2.convolution(
        x, widths[stage], kernel: 3, stride: stride, padding: dilation, dilation: dilation, groups: groups, bias: false)
      return normalized(net.bn2, y).relu()
    case .multiScale(let parts):
      return ResNetFilter.multiScale(
        net, x, part: parts[stage], stride: stride, groups: groups, isChanged: isChanged)
    case .split(let radix, let inside):
      return ResNetFilter.split(net.conv2, x, radix: radix, inside: inside[stage], stride: stride, groups: groups)
    }
  }

  private func attended(_ net: ModulePath, _ x: FeatureMap, _ stage: Int) -> FeatureMap {
    switch attention {
    case .none: return x
    case .squeeze(let widths):
      let inside = net.fc1.convolution(x.globalAveragePool(), widths[stage], kernel: 1).relu()
      return x * net.fc2.convolution(inside, x.channels, kernel: 1).sigmoid()
    case .local(let extents):
      return x * ChannelAttention.gates(net.conv, x, kernel: extents[stage])
    }
  }

  /// The input itself, or its projection if the block changes its shape (section 3.3, option B).
  private func shortcut(_ net: ModulePath, _ input: FeatureMap, _ channels: Int, _ stride: Int) -> FeatureMap {
    guard stride != 1 || input.channels != channels else { return input }
    if padsShortcuts {
      let rest = max(channels - input.channels, 0)
      let x = stride == 1 ? input : input.maxPool(kernel: 1, stride: stride)
      return x.padded(before: [0, rest / 2, 0, 0], behind: [0, rest - rest / 2, 0, 0])
    }
    if averagesShortcuts {
      let x =
        stride == 1
        ? input : input.averagePool(kernel: 2, stride: stride, ceilMode: true, countsPadding: false)
      return normalized(net.downsample[2], net.downsample[1].convolution(x, channels, kernel: 1, bias: false))
    }
    let x = net.downsample[0].convolution(input, channels, kernel: 1, stride: stride, bias: false)
    return normalized(net.downsample[1], x)
  }
}
