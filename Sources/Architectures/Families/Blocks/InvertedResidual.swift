/// The inverted residual of Sandler et al.: "MobileNetV2", 2018, figure 3b, with the squeeze-and-excitation of Howard
/// et al.: "Searching for MobileNetV3", 2019, figure 4; or fused, as in Tan, Le: "EfficientNetV2", 2021, figure 2.
struct InvertedResidual {
  /// Channels inside. Where they are those of the input, nothing expands.
  var expanded: Int
  /// Channels that come out.
  var channels: Int
  var kernel = 3
  var stride = 1
  var dilation = 1
  /// Channels between the two convolutions of the squeeze-and-excitation, if there is one.
  var squeezed: Int?
  /// True if one full convolution both expands and filters.
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
      x = style.normalized(
        layers.next("conv_dw"), x, expanded, kernel: kernel, stride: stride, dilation: dilation, groups: expanded)
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
    private var index = 0
    private var normalizations = 0

    init(block: ModulePath, spelling: Spelling) { (self.block, self.spelling) = (block, spelling) }

    mutating func next(_ name: String) -> NormalizedConvolution {
      (index, normalizations) = (index + 1, normalizations + 1)
      return spelling == .timm
        ? (block[name], block["bn\(normalizations)"]) : (block.block[index - 1][0], block.block[index - 1][1])
    }

    mutating func nextSqueeze() -> (reduce: ModulePath, expand: ModulePath) {
      index += 1
      return spelling == .timm
        ? (block.se.conv_reduce, block.se.conv_expand) : (block.block[index - 1].fc1, block.block[index - 1].fc2)
    }
  }
}

/// A convolution without bias, and the normalization behind it.
typealias NormalizedConvolution = (convolution: ModulePath, normalization: ModulePath)
