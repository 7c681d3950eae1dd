/// U-Net of Ronneberger et al.: "U-Net: Convolutional Networks for Biomedical Image Segmentation", 2015, figure 1, with
/// padding and batch normalization, under the keys of its most common implementation in PyTorch (milesial's Pytorch-
/// UNet).
struct UNet: Architecture {
  /// Channels of each level, from the widest map to the smallest.
  var widths: [Int]
  /// Channels of each level on the way up, and inside of its first convolution.
  var ups: [Up]
  /// True if the convolutions before normalizations have biases, as in older releases.
  var hasBias = false
  var classes = 2
  var spelling = Spelling.torchvision

  struct Up: Equatable, Sendable {
    var inside: Int
    var channels: Int
    /// True if a transposed convolution enlarges, false for interpolation.
    var isLearned: Bool
  }

  static let family = "U-Net"
  static let variants: [Variant] = []

  /// The implementation's own examples have no one size; this one is a multiple of all strides.
  var inputShape: [Int] { [3, 512, 512] }

  /// The classes of every place.
  var results: [NetworkResult] { [NetworkResult(extents: [classes] + inputShape.suffix(2))] }

  init?(reading keys: WeightTree) {
    guard let first = keys.inc.double_conv[3].outputs, let classes = keys.outc.conv.outputs else { return nil }
    self.classes = classes
    hasBias = keys.inc.double_conv[0].hasBias
    let depth = (1..<16).first { !keys["down\($0)"].exists } ?? 16
    widths = [first] + (1..<depth).compactMap { keys["down\($0)"].maxpool_conv[1].double_conv[3].outputs }
    ups = (1..<depth).compactMap { number in
      let up = keys["up\(number)"]
      guard let inside = up.conv.double_conv[0].outputs, let channels = up.conv.double_conv[3].outputs else {
        return nil
      }
      return Up(inside: inside, channels: channels, isLearned: up.up.exists)
    }
    guard depth > 1, widths.count == depth, ups.count == depth - 1 else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = twice(net.inc, input, widths[0], widths[0])
    var levels = [x]
    for (index, width) in widths.dropFirst().enumerated() {
      x = twice(net["down\(index + 1)"].maxpool_conv[1], x.maxPool(kernel: 2, stride: 2), width, width)
      levels.append(x)
    }
    levels.removeLast()
    for (index, up) in ups.enumerated() {
      guard let level = levels.popLast() else { break }
      let inside = net["up\(index + 1)"]
      if up.isLearned {
        x = inside.up.transposedConvolution(x, x.channels / 2, kernel: 2, stride: 2)
      } else {
        let doubled = x.shape.suffix(2).map { ($0.value ?? 1) * 2 }
        x = x.resized(to: doubled, alignsCorners: true)
      }
      x = twice(inside.conv, .concatenated([level, fitted(x, to: level)]), up.inside, up.channels)
    }
    return net.outc.conv.convolution(x, classes, kernel: 1)
  }

  /// Zeros around a map, as many as another one is larger by.
  private func fitted(_ x: FeatureMap, to level: FeatureMap) -> FeatureMap {
    let lacking = zip(level.shape.suffix(2), x.shape.suffix(2)).map { max(($0.value ?? 1) - ($1.value ?? 1), 0) }
    guard lacking.contains(where: { $0 > 0 }) else { return x }
    let before = lacking.map { $0 / 2 }
    return x.padded(before: [0, 0] + before, behind: [0, 0] + zip(lacking, before).map { $0 - $1 })
  }

  private func twice(_ net: ModulePath, _ x: FeatureMap, _ inside: Int, _ channels: Int) -> FeatureMap {
    var x = x
    for (index, width) in [(0, inside), (3, channels)] {
      x = net.double_conv[index].convolution(x, width, kernel: 3, padding: 1, bias: hasBias)
      x = net.double_conv[index + 1].batchNormalization(x).relu()
    }
    return x
  }
}
