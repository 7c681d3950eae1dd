/// ShuffleNet v2 of Ma, Zhang, Zheng, Sun: "ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design",
/// 2018, figure 3 (c, d) and table 5, as torchvision has it.
///
/// | | parameters | multiply-accumulates |
/// | --- | --- | --- |
/// | ShuffleNet v2 0.5x | 1,366,792 | 0.040 G |
/// | ShuffleNet v2 1.0x | 2,278,604 | 0.145 G |
/// | ShuffleNet v2 1.5x | 3,503,624 | 0.296 G |
/// | ShuffleNet v2 2.0x | 7,393,996 | 0.583 G |
struct ShuffleNetV2: Architecture {
  /// Channels of the first convolution.
  var stem = 24
  /// Units in stages 2, 3 and 4.
  var depths = [4, 8, 4]
  /// Channels of stages 2, 3 and 4.
  var channels: [Int]
  /// Channels of the last convolution.
  var last: Int
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "ShuffleNet v2"
  static let headModules = [["fc"]]
  static let variants = [
    ("0_5", [48, 96, 192], 1024), ("1_0", [116, 232, 464], 1024), ("1_5", [176, 352, 704], 1024),
    ("2_0", [244, 488, 976], 2048),
  ].map { width, channels, last in
    Variant(
      "shufflenet_v2_x\(width)", "ShuffleNet v2 \(width.replacing("_", with: "."))x",
      source: "Ma et al. 2018, table 5; torchvision"
    ) {
      ShuffleNetV2(channels: channels, last: last, classes: $0)
    }
  }

  init(channels: [Int], last: Int, classes: Int) {
    (self.channels, self.last, self.classes) = (channels, last, classes)
  }

  init?(reading keys: WeightTree) {
    let stages = [keys.stage2, keys.stage3, keys.stage4]
    depths = stages.map(\.count)
    channels = stages.compactMap { $0[0].branch2[5].outputs.map { 2 * $0 } }
    // The order of a shuffle is as long as its channels are many.
    guard channels.count == 3, depths.allSatisfy({ 1...64 ~= $0 }), channels.allSatisfy({ $0 <= 8192 }),
      let stem = keys.conv1[0].outputs, let last = keys.conv5[0].outputs, let classes = keys.fc.outputs
    else { return nil }
    (self.stem, self.last, self.classes) = (stem, last, classes)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.conv1[0].convolution(input, stem, kernel: 3, stride: 2, padding: 1, bias: false)
    x = net.conv1[1].batchNormalization(x).relu()
    x = x.maxPool(kernel: 3, stride: 2, padding: 1)
    for (stage, (depth, channels)) in zip([net.stage2, net.stage3, net.stage4], zip(depths, channels)) {
      x = halving(stage[0], x, channels / 2)
      for unit in 1..<depth { x = self.unit(stage[unit], x) }
    }
    x = net.conv5[0].convolution(x, last, kernel: 1, bias: false)
    x = net.conv5[1].batchNormalization(x).relu()
    return net.classifying(x.globalAveragePool().flattened()) { net.fc.linear($0, classes) }
  }

  /// Figure 3 (c): one half of the channels goes through, the other through convolutions.
  private func unit(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let half = input.channels / 2
    let kept = input.channels(from: 0, to: half)
    let x = branch2(net.branch2, input.channels(from: half, to: 2 * half), half, stride: 1)
    return FeatureMap.concatenated([kept, x]).shuffled(groups: 2)
  }

  /// Figure 3 (d): all channels go both ways.
  private func halving(_ net: ModulePath, _ input: FeatureMap, _ half: Int) -> FeatureMap {
    let branch1 = branch1(net.branch1, input, half)
    return FeatureMap.concatenated([branch1, branch2(net.branch2, input, half, stride: 2)]).shuffled(groups: 2)
  }

  private func branch1(_ net: ModulePath, _ input: FeatureMap, _ half: Int) -> FeatureMap {
    var x = net[0].depthwiseConvolution(input, kernel: 3, stride: 2, padding: 1, bias: false)
    x = net[1].batchNormalization(x)
    x = net[2].convolution(x, half, kernel: 1, bias: false)
    return net[3].batchNormalization(x).relu()
  }

  private func branch2(_ net: ModulePath, _ input: FeatureMap, _ half: Int, stride: Int) -> FeatureMap {
    var x = net[0].convolution(input, half, kernel: 1, bias: false)
    x = net[1].batchNormalization(x).relu()
    x = net[3].depthwiseConvolution(x, kernel: 3, stride: stride, padding: 1, bias: false)
    x = net[4].batchNormalization(x)
    x = net[5].convolution(x, half, kernel: 1, bias: false)
    return net[6].batchNormalization(x).relu()
  }
}
