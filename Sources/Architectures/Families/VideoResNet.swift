import CNNGraphs

/// R3D, MC3 and R(2+1)D of Tran et al.: "A Closer Look at Spatiotemporal Convolutions for Action Recognition", 2017, figure 1, with
/// 18 layers, as torchvision has them. Their input is `[N, 3, frames, height, width]`.
struct VideoResNet: Architecture {
  /// What a convolution sees of time.
  enum Kind: Equatable, Sendable {
    /// Three frames.
    case full
    /// Three frames, after a convolution over height and width with these channels.
    case divided([Int])
    /// One frame.
    case flat
  }

  var depths: [Int]
  var channels: [Int]
  /// What each stage sees.
  var kinds: [Kind]
  /// Channels inside of a divided stem; `nil` for one convolution.
  var stemInside: Int?
  var classes = 400
  var spelling = Spelling.torchvision

  static let family = "Video ResNet"
  static let headModules = [["fc"]]
  static let variants = [
    ("r3d_18", "R3D-18", [Kind.full, .full, .full, .full], Int?.none),
    ("mc3_18", "MC3-18", [.full, .flat, .flat, .flat], nil),
    (
      "r2plus1d_18", "R(2+1)D-18",
      [.divided([144, 144]), .divided([230, 288]), .divided([460, 576]), .divided([921, 1152])], 45
    ),
  ].map { name, title, kinds, stem in
    Variant(name, title, source: "Tran et al. 2017, table 1; torchvision", classes: 400) {
      VideoResNet(kinds: kinds, stemInside: stem, classes: $0)
    }
  }

  var inputShape: [Int] { [3, 16, 112, 112] }

  init(kinds: [Kind], stemInside: Int?, classes: Int) {
    (self.kinds, self.stemInside, self.classes) = (kinds, stemInside, classes)
    (depths, channels) = ([2, 2, 2, 2], [64, 128, 256, 512])
  }

  init?(reading keys: WeightTree) {
    guard let classes = keys.fc.outputs, keys.stem[0].shape()?.count == 5 else { return nil }
    self.classes = classes
    let stages = (1...4).map { keys["layer\($0)"] }
    depths = stages.map(\.count)
    channels = stages.compactMap { ($0[0].conv1[0].outputs ?? $0[0].conv1[0][3].outputs) }
    kinds = stages.compactMap { stage in
      let layer = stage[0].conv1[0]
      if let shape = layer.shape(), shape.count == 5 { return shape[2] == 1 ? .flat : .full }
      // Both convolutions of a block have the same channels inside, which its first one decides; later blocks have others.
      guard let first = layer[0].outputs, let others = stage.count > 1 ? stage[1].conv1[0][0].outputs : first else {
        return nil
      }
      return .divided([first, others])
    }
    guard channels.count == 4, kinds.count == 4 else { return nil }
    stemInside = keys.stem[3].outputs == nil ? nil : keys.stem[0].outputs
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x: FeatureMap
    if let stemInside {
      x = net.stem[0].convolution(
        input, stemInside, kernel: [1, 7, 7], stride: [1, 2, 2], padding: [0, 3, 3], dilation: [1, 1, 1], bias: false)
      x = net.stem[1].batchNormalization(x).relu()
      x = net.stem[3].convolution(
        x, channels[0], kernel: [3, 1, 1], stride: [1, 1, 1], padding: [1, 0, 0], dilation: [1, 1, 1], bias: false)
      x = net.stem[4].batchNormalization(x).relu()
    } else {
      x = net.stem[0].convolution(
        input, channels[0], kernel: [3, 7, 7], stride: [1, 2, 2], padding: [1, 3, 3], dilation: [1, 1, 1], bias: false)
      x = net.stem[1].batchNormalization(x).relu()
    }
    for stage in 0..<4 {
      for index in 0..<depths[stage] {
        x = block(
          net["layer\(stage + 1)"][index], x, stage, stride: stage > 0 && index == 0 ? 2 : 1, isFirst: index == 0)
      }
    }
    return net.classifying(x.globalAveragePool().flattened()) { net.fc.linear($0, classes) }
  }

  private func block(
    _ net: ModulePath, _ input: FeatureMap, _ stage: Int, stride: Int, isFirst: Bool
  ) -> FeatureMap {
    var x = convolved(net.conv1[0], input, stage, stride: stride, isFirst: isFirst)
    x = net.conv1[1].batchNormalization(x).relu()
    x = net.conv2[1].batchNormalization(convolved(net.conv2[0], x, stage, stride: 1, isFirst: isFirst))
    guard stride != 1 || input.channels != channels[stage] else { return (x + input).relu() }
    let strides = [kinds[stage] == .flat ? 1 : stride, stride, stride]
    let shortcut = net.downsample[0].convolution(
      input, channels[stage], kernel: [1, 1, 1], stride: strides, padding: [0, 0, 0], dilation: [1, 1, 1], bias: false)
    return (x + net.downsample[1].batchNormalization(shortcut)).relu()
  }

  private func convolved(
    _ net: ModulePath, _ x: FeatureMap, _ stage: Int, stride: Int, isFirst: Bool
  ) -> FeatureMap {
    let ones = [1, 1, 1]
    switch kinds[stage] {
    case .full:
      return net.convolution(
        x, channels[stage], kernel: [3, 3, 3], stride: [stride, stride, stride], padding: ones, dilation: ones,
        bias: false)
    case .flat:
      return net.convolution(
        x, channels[stage], kernel: [1, 3, 3], stride: [1, stride, stride], padding: [0, 1, 1], dilation: ones,
        bias: false)
    case .divided(let inside):
      var y = net[0].convolution(
        x, isFirst ? inside[0] : inside[1], kernel: [1, 3, 3], stride: [1, stride, stride], padding: [0, 1, 1],
        dilation: ones, bias: false)
      y = net[1].batchNormalization(y).relu()
      return net[3].convolution(
        y, channels[stage], kernel: [3, 1, 1], stride: [stride, 1, 1], padding: [1, 0, 0], dilation: ones, bias: false)
    }
  }
}
