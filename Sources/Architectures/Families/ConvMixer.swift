import CNNGraphs

/// ConvMixer of Trockman, Kolter: "Patches Are All You Need?", 2022, figure 2, as timm has it.
struct ConvMixer: Architecture {
  var depth: Int
  var width: Int
  /// The side of a patch, and of the depthwise kernels.
  var patch: Int
  var kernel: Int
  var classes = 1000
  var spelling = Spelling.timm

  static let family = "ConvMixer"
  static let headModules = [["head"]]
  static let spellings = [Spelling.timm]
  static let variants: [Variant] = []

  /// The published network of 768 channels has ReLU, the others have GELU.
  private var isRectified: Bool { width == 768 }

  var assumptions: [Remark] {
    [768, 1024, 1536].contains(width) ? [] : ["weights cannot tell the activation; GELU is taken"]
  }

  init?(reading keys: WeightTree) {
    guard let width = keys.stem[0].outputs, let patch = keys.stem[0].kernel,
      let kernel = keys.blocks[0][0].fn[0].kernel,
      let classes = keys["head"].outputs
    else { return nil }
    (self.width, self.patch, self.kernel, self.classes) = (width, patch, kernel, classes)
    depth = keys.blocks.count
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.stem[0].convolution(input, width, kernel: patch, stride: patch)
    x = net.stem[2].batchNormalization(activated(x))
    for index in 0..<depth {
      let block = net.blocks[index]
      let before = (kernel - 1) / 2
      let padding = [before, before, kernel - 1 - before, kernel - 1 - before]
      let mixed = activated(block[0].fn[0].depthwiseConvolution(x, kernel: kernel, padding: padding))
      x = block[0].fn[2].batchNormalization(mixed) + x
      x = block[3].batchNormalization(activated(block[1].convolution(x, width, kernel: 1)))
    }
    return net.classifying(x.globalAveragePool().flattened()) { net["head"].linear($0, classes) }
  }

  private func activated(_ x: FeatureMap) -> FeatureMap { isRectified ? x.relu() : x.gelu() }
}
