/// MnasNet-B1, the one without squeeze and excitation, of Tan et al.: "MnasNet: Platform-Aware Neural Architecture
/// Search for Mobile", 2018, as torchvision has it; timm's `mnasnet_100` is the one of width 1.0 under other keys.
///
/// torchvision's first release of it has 32 and 16 channels in the first two layers at every width.
///
/// | | parameters | multiply-accumulates |
/// | --- | --- | --- |
/// | MnasNet 0.5 | 2,218,512 | 0.104 G |
/// | MnasNet 0.75 | 3,170,208 | 0.215 G |
/// | MnasNet 1.0 | 4,383,312 | 0.314 G |
/// | MnasNet 1.3 | 6,282,256 | 0.526 G |
struct MnasNet: Architecture {
  /// Channels of the first convolution.
  var stem: Int
  /// Channels of the separable convolution behind it.
  var separable: Int
  /// Channels of each of the six stacks of blocks.
  var channels: [Int]
  /// Blocks in each stack.
  var depths = [3, 3, 3, 2, 4, 1]
  /// By how much the blocks of each stack expand.
  var expansions = [3, 3, 6, 6, 6, 6]
  /// Channels of the last convolution.
  var last = 1280
  var classes = 1000
  var spelling = Spelling.torchvision

  /// Kernels of the stacks' depthwise convolutions.
  private static let kernels = [3, 5, 5, 3, 5, 3]
  /// Strides of the stacks' first blocks.
  private static let strides = [2, 2, 2, 1, 2, 1]

  static let family = "MnasNet"
  static let headModules = [["classifier.1"], ["classifier"]]
  static let spellings = [Spelling.torchvision, .timm]
  static let variants = [
    ("0_5", 16, 8, [16, 24, 40, 48, 96, 160]), ("0_75", 24, 16, [24, 32, 64, 72, 144, 240]),
    ("1_0", 32, 16, [24, 40, 80, 96, 192, 320]), ("1_3", 40, 24, [32, 56, 104, 128, 248, 416]),
  ].map { width, stem, separable, channels in
    Variant(
      "mnasnet\(width)", "MnasNet \(width.replacing("_", with: "."))",
      source: "Tan et al. 2018 (MnasNet-B1); torchvision"
    ) {
      MnasNet(stem: stem, separable: separable, channels: channels, classes: $0)
    }
  }

  init(stem: Int, separable: Int, channels: [Int], classes: Int) {
    (self.stem, self.separable, self.channels, self.classes) = (stem, separable, channels, classes)
  }

  /// torchvision's class loads no state dict without it.
  var stateVersion: Int? { spelling == .torchvision ? 2 : nil }

  init?(reading keys: WeightTree) {
    let isTimm = keys.conv_stem.exists
    spelling = isTimm ? .timm : .torchvision
    let stacks = (0..<6).map { isTimm ? keys.blocks[1 + $0] : keys.layers[8 + $0] }
    let expand = stacks.map { isTimm ? $0[0].conv_pw : $0[0].layers[0] }
    let depthwise = stacks.map { isTimm ? $0[0].conv_dw : $0[0].layers[3] }
    let project = stacks.map { isTimm ? $0[0].conv_pwl : $0[0].layers[6] }
    depths = stacks.map(\.count)
    channels = project.compactMap(\.outputs)
    expansions = expand.compactMap { layer in layer.inputs.flatMap { inputs in layer.outputs.map { $0 / inputs } } }
    guard depthwise.compactMap(\.kernel) == Self.kernels, channels.count == 6, expansions.count == 6,
      let stem = (isTimm ? keys.conv_stem : keys.layers[0]).outputs,
      let separable = (isTimm ? keys.blocks[0][0].conv_pw : keys.layers[6]).outputs,
      let last = (isTimm ? keys.conv_head : keys.layers[14]).outputs,
      let classes = (isTimm ? keys.classifier : keys.classifier[1]).outputs
    else { return nil }
    (self.stem, self.separable, self.last, self.classes) = (stem, separable, last, classes)
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let isTimm = spelling == .timm
    var x = (isTimm ? net.conv_stem : net.layers[0])
      .convolution(input, stem, kernel: 3, stride: 2, padding: 1, bias: false)
    x = (isTimm ? net.bn1 : net.layers[1]).batchNormalization(x).relu()
    let first =
      isTimm
      ? LinearBottleneck(timm: net.blocks[0][0], expands: false)
      : LinearBottleneck(
        expand: nil, depthwise: (net.layers[3], net.layers[4]), project: (net.layers[6], net.layers[7]))
    x = first.branch(x, separable, expansion: 1, kernel: 3, stride: 1, activation: { $0.relu() })

    for stack in channels.indices {
      for index in 0..<depths[stack] {
        let block = isTimm ? net.blocks[1 + stack][index] : net.layers[8 + stack][index].layers
        x = residual(block, x, stack, stride: index == 0 ? Self.strides[stack] : 1)
      }
    }
    x = (isTimm ? net.conv_head : net.layers[14]).convolution(x, last, kernel: 1, bias: false)
    x = (isTimm ? net.bn2 : net.layers[15]).batchNormalization(x).relu()
    x = x.globalAveragePool().flattened()
    return net.classifying(x) { (isTimm ? net.classifier : net.classifier[1]).linear($0, classes) }
  }

  private func residual(_ net: ModulePath, _ input: FeatureMap, _ stack: Int, stride: Int) -> FeatureMap {
    let block =
      spelling == .timm
      ? LinearBottleneck(timm: net, expands: true)
      : LinearBottleneck(expand: (net[0], net[1]), depthwise: (net[3], net[4]), project: (net[6], net[7]))
    let x = block.branch(
      input, channels[stack], expansion: expansions[stack], kernel: Self.kernels[stack], stride: stride,
      activation: { $0.relu() })
    return stride == 1 && input.channels == channels[stack] ? x + input : x
  }
}
