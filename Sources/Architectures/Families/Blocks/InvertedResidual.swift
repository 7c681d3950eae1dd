/// The inverted residual of Sandler et al.: "MobileNetV2", 2018, figure 3b, with the squeeze-and-excitation of Howard
/// et al.: "Searching for MobileNetV3", 2019, figure 4; or fused, as in Tan, Le: "EfficientNetV2", 2021, figure 2.
struct InvertedResidual {
  /// Channels inside. Where they are those of the input, nothing expands.
  var expanded: Int
  /// Channels that come out.
  var channels: Int
  var kernel = 3
  var stride = 1
  /// Channels between the two convolutions of the squeeze-and-excitation, where there is one.
  var squeezed: Int?
  /// True where one full convolution both expands and filters.
  var isFused = false

  /// Draws the block; a fused one that does not expand is a single convolution.
  func build(_ net: ModulePath, _ input: FeatureMap, _ style: MobileStyle) -> FeatureMap {
    var layers = Layers(block: net, spelling: style.spelling)
    let isExpanding = expanded != input.channels
    var x = input
    if isFused {
      let (name, inside) = isExpanding ? ("conv_exp", expanded) : ("conv", channels)
      x = style.activation(style.normalized(layers.next(name), x, inside, kernel: kernel, stride: stride))
    } else {
      if isExpanding { x = style.activation(style.normalized(layers.next("conv_pw"), x, expanded, kernel: 1)) }
      x = style.normalized(layers.next("conv_dw"), x, expanded, kernel: kernel, stride: stride, groups: expanded)
      x = style.activation(x)
      if let squeezed { x = x * style.gates(layers.nextSqueeze(), x, squeezed) }
    }
    if isExpanding || !isFused {
      x = style.normalized(layers.next(isExpanding ? "conv_pwl" : "conv_pw"), x, channels, kernel: 1)
    }
    return stride == 1 && input.channels == channels ? x + input : x
  }

  /// The layers of a block, one after the other: torchvision numbers them, timm names them.
  private struct Layers {
    let block: ModulePath
    let spelling: Spelling
    private var place = 0
    private var normalizations = 0

    init(block: ModulePath, spelling: Spelling) { (self.block, self.spelling) = (block, spelling) }

    mutating func next(_ name: String) -> NormalizedConvolution {
      (place, normalizations) = (place + 1, normalizations + 1)
      return spelling == .timm
        ? (block[name], block["bn\(normalizations)"]) : (block.block[place - 1][0], block.block[place - 1][1])
    }

    mutating func nextSqueeze() -> (reduce: ModulePath, expand: ModulePath) {
      place += 1
      return spelling == .timm
        ? (block.se.conv_reduce, block.se.conv_expand) : (block.block[place - 1].fc1, block.block[place - 1].fc2)
    }
  }
}

/// A convolution without bias, and the normalization behind it.
typealias NormalizedConvolution = (convolution: ModulePath, normalization: ModulePath)

/// What all layers of a network of inverted residuals have in common.
struct MobileStyle {
  var spelling: Spelling
  var epsilon: Float
  /// True for padding as TensorFlow's `SAME` has it.
  var isTensorFlow = false
  var activation: (FeatureMap) -> FeatureMap
  /// The activations inside and at the end of a squeeze-and-excitation.
  var squeezeActivation: (FeatureMap) -> FeatureMap
  var gate: (FeatureMap) -> FeatureMap

  /// A convolution and its normalization. Padding keeps the extents, up to the stride.
  func normalized(
    _ layer: NormalizedConvolution, _ x: FeatureMap, _ channels: Int, kernel: Int, stride: Int = 1, groups: Int = 1
  ) -> FeatureMap {
    // Without a stride, both paddings are the same.
    let padding: any Padding = isTensorFlow && stride > 1 ? SamePadding() : kernel / 2
    let x = layer.convolution.convolution(
      x, channels, kernel: kernel, stride: stride, padding: padding, groups: groups, bias: false)
    return layer.normalization.batchNormalization(x, epsilon: epsilon)
  }

  /// The factors of squeeze-and-excitation, one for each channel.
  func gates(
    _ layers: (reduce: ModulePath, expand: ModulePath), _ x: FeatureMap, _ squeezed: Int
  ) -> FeatureMap {
    let inside = squeezeActivation(layers.reduce.convolution(x.globalAveragePool(), squeezed, kernel: 1))
    return gate(layers.expand.convolution(inside, x.channels, kernel: 1))
  }

  /// The multiple of eight nearest to a number of channels, but no less than nine tenths of it, as all these networks
  /// round (MobileNet's `make_divisible`).
  static func rounded(_ channels: Double) -> Int {
    let nearest = max(8, Int(channels + 4) / 8 * 8)
    return Double(nearest) < 0.9 * channels ? nearest + 8 : nearest
  }
}

/// What the shapes of an inverted residual tell, in both spellings.
struct InvertedResidualShapes {
  /// Channels inside; `nil` where the block is a single convolution.
  let expanded: Int?
  let channels: Int
  let isFused: Bool

  /// Reads a block; `nil` where there is none.
  init?(reading keys: WeightTree) {
    if keys.block.exists {
      let last = keys.block.count - 1
      guard let first = keys.block[0][0].shape(), first.count == 4, let channels = keys.block[last][0].outputs else {
        return nil
      }
      // Neither 1x1 nor depthwise.
      isFused = first[2] > 1 && first[1] > 1
      (expanded, self.channels) = (last > 0 ? first[0] : nil, channels)
    } else {
      guard let channels = keys.conv_pwl.outputs ?? keys.conv_pw.outputs ?? keys.conv.outputs else { return nil }
      isFused = !keys.conv_dw.exists
      (expanded, self.channels) = (keys.conv_dw.outputs ?? keys.conv_exp.outputs, channels)
    }
  }
}
