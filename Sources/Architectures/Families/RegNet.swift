/// RegNet of Radosavovic et al.: "Designing Network Design Spaces", 2020, figure 4: X, and Y with squeeze-and-excitation, as
/// torchvision and timm have them; Z of Dollár et al.: "Fast and Accurate Model Scaling", 2021, with linear bottlenecks and
/// inverted widths, as timm has it.
struct RegNet: Architecture {
  /// What the shapes of a stage tell.
  struct Stage: Equatable, Sendable {
    var depth: Int
    var channels: Int
    /// Channels inside of the blocks.
    var width: Int
    var groups: Int
    /// Channels inside of squeeze-and-excitation, in the first block and in the others; `nil` without it.
    var squeezed: [Int]?
  }

  var stem = 32
  var stages: [Stage]
  /// Channels of a last 1x1 convolution; `nil` without it.
  var last: Int?
  /// True for Z: no shortcut where a block changes the shape, no activation behind the sum, and Swish for ReLU.
  var isLinear = false
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "RegNet"
  static let headModules = [["fc"], ["head.fc"]]
  static let spellings = [Spelling.torchvision, .timm]
  static let variants =
    [
      ("y_400mf", [1, 3, 6, 6], [48, 104, 208, 440], 8), ("y_800mf", [1, 3, 8, 2], [64, 144, 320, 784], 16),
      ("y_1_6gf", [2, 6, 17, 2], [48, 120, 336, 888], 24), ("y_3_2gf", [2, 5, 13, 1], [72, 216, 576, 1512], 24),
      ("y_8gf", [2, 4, 10, 1], [224, 448, 896, 2016], 56), ("y_16gf", [2, 4, 11, 1], [224, 448, 1232, 3024], 112),
      ("y_32gf", [2, 5, 12, 1], [232, 696, 1392, 3712], 232), ("x_400mf", [1, 2, 7, 12], [32, 64, 160, 400], 16),
      ("x_800mf", [1, 3, 7, 5], [64, 128, 288, 672], 16), ("x_1_6gf", [2, 4, 10, 2], [72, 168, 408, 912], 24),
      ("x_3_2gf", [2, 6, 15, 2], [96, 192, 432, 1008], 48), ("x_8gf", [2, 5, 15, 1], [80, 240, 720, 1920], 120),
      ("x_16gf", [2, 6, 13, 1], [256, 512, 896, 2048], 128), ("x_32gf", [2, 7, 13, 1], [336, 672, 1344, 2520], 168),
    ].map { name, depths, widths, group in
      Variant(
        "regnet_\(name)", "RegNet\(name.uppercased().replacing("_", with: " "))",
        source: "Radosavovic et al. 2020; torchvision"
      ) { RegNet(depths: depths, widths: widths, group: group, isExcited: name.hasPrefix("y"), classes: $0) }
    }

  init(depths: [Int], widths: [Int], group: Int, isExcited: Bool, classes: Int) {
    stages = depths.indices.map { index in
      let before = index == 0 ? 32 : widths[index - 1]
      let squeezed = [before, widths[index]].map { Int((Double($0) / 4).rounded(.toNearestOrEven)) }
      return Stage(
        depth: depths[index], channels: widths[index], width: widths[index],
        groups: max(widths[index] / group, 1),
        squeezed: isExcited ? depths[index] == 1 ? [squeezed[0]] : squeezed : nil)
    }
    self.classes = classes
  }

  init?(reading keys: WeightTree) {
    let isTimm = keys.s1.exists
    guard let stem = (isTimm ? keys.stem.conv : keys.stem[0]).outputs,
      let classes = (isTimm ? keys.head.fc : keys.fc).outputs, isTimm || keys.trunk_output.exists
    else { return nil }
    (self.stem, self.classes, spelling) = (stem, classes, isTimm ? .timm : .torchvision)
    stages = (1...4).compactMap { number in
      func block(_ index: Int) -> WeightTree {
        isTimm
          ? keys["s\(number)"]["b\(index + 1)"]
          : keys.trunk_output["block\(number)"]["block\(number)-\(index)"]["f"]
      }
      func names(_ block: WeightTree) -> [WeightTree] {
        isTimm ? [block.conv1.conv, block.conv2.conv, block.conv3.conv] : [block.a[0], block.b[0], block.c[0]]
      }
      let depth = (0..<256).first { !block($0).exists } ?? 256
      let layers = names(block(0))
      guard depth > 0, let width = layers[0].outputs, let inputs = layers[1].inputs, let channels = layers[2].outputs
      else { return nil }
      let squeezed = (0..<min(depth, 2)).compactMap { block($0).se.fc1.outputs }
      return Stage(
        depth: depth, channels: channels, width: width, groups: max(width / inputs, 1),
        squeezed: squeezed.isEmpty ? nil : squeezed)
    }
    guard stages.count == 4 else { return nil }
    last = keys.final_conv.conv.outputs
    isLinear = isTimm && !keys.s1.b1.downsample.exists
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    let isTimm = spelling == .timm
    var x = normalized(net.stem, input, stem, kernel: 3, stride: 2)
    for (index, stage) in stages.enumerated() {
      for number in 0..<stage.depth {
        let block =
          isTimm
          ? net["s\(index + 1)"]["b\(number + 1)"]
          : net.trunk_output["block\(index + 1)"]["block\(index + 1)-\(number)"]
        x = self.block(block, x, stage, stride: number == 0 ? 2 : 1, isFirst: number == 0)
      }
    }
    if let last {
      x = normalized(net.final_conv, x, last)
    } else if isLinear {
      x = activated(x)
    }
    return net.classifying(x.globalAveragePool().flattened()) { (isTimm ? net["head"].fc : net.fc).linear($0, classes) }
  }

  private func block(
    _ net: ModulePath, _ input: FeatureMap, _ stage: Stage, stride: Int, isFirst: Bool
  ) -> FeatureMap {
    let isTimm = spelling == .timm
    let inside = isTimm ? net : net["f"]
    var x = normalized(isTimm ? inside.conv1 : inside.a, input, stage.width)
    x = normalized(isTimm ? inside.conv2 : inside.b, x, stage.width, kernel: 3, stride: stride, groups: stage.groups)
    if let squeezed = stage.squeezed {
      let width = isFirst ? squeezed[0] : squeezed[squeezed.count - 1]
      let gates = activated(inside.se.fc1.convolution(x.globalAveragePool(), width, kernel: 1))
      x = x * inside.se.fc2.convolution(gates, x.channels, kernel: 1).sigmoid()
    }
    x = normalized(isTimm ? inside.conv3 : inside.c, x, stage.channels, isActivated: false)
    let isChanged = stride != 1 || input.channels != stage.channels
    if isLinear { return isChanged ? x : x + input }
    guard isChanged else { return activated(x + input) }
    let shortcut = normalized(
      isTimm ? net.downsample : net.proj, input, stage.channels, stride: stride, isActivated: false)
    return activated(x + shortcut)
  }

  private func activated(_ x: FeatureMap) -> FeatureMap { isLinear ? x.silu() : x.relu() }

  private func normalized(
    _ net: ModulePath, _ x: FeatureMap, _ channels: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1,
    isActivated: Bool = true
  ) -> FeatureMap {
    let isTimm = spelling == .timm
    let convolved = (isTimm ? net.conv : net[0]).convolution(
      x, channels, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false)
    let normal = (isTimm ? net.bn : net[1]).batchNormalization(convolved)
    return isActivated ? activated(normal) : normal
  }
}
