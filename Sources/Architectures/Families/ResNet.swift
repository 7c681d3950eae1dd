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
struct ResNet: Architecture {
  /// Blocks in each of the four stages.
  var depths: [Int]
  /// True for blocks of 1x1, 3x3, 1x1; false for two 3x3 (figure 5).
  var isBottleneck: Bool
  /// Channels of the stem.
  var stem = 64
  /// Channels inside of the first stage's blocks; each following stage has twice as many.
  var width = 64
  /// Groups of the bottlenecks' 3x3 convolutions.
  var groups = 1
  /// True if a bottleneck's first convolution has the stride, as in the paper; false if its 3x3 has it.
  var stridesFirst = false
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "ResNet"
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
    guard isBottleneck, groups == 1, width == 64 else { return nil }
    return Remark(
      "weights cannot tell where a bottleneck strides; the 3x3 convolution is taken (v1.5)",
      remedy: .chooseArchitecture("NAME_v1", effect: "the first 1x1"))
  }

  init(
    depths: [Int], isBottleneck: Bool, width: Int = 64, groups: Int = 1, stridesFirst: Bool = false,
    classes: Int = 1000
  ) {
    (self.depths, self.isBottleneck, self.width, self.groups) = (depths, isBottleneck, width, groups)
    (self.stridesFirst, self.classes) = (stridesFirst, classes)
  }

  init?(reading keys: WeightTree) {
    let block = keys.layer1[0]
    guard let stem = keys.conv1.outputs, keys.bn1.isNormalization, let width = block.conv1.outputs,
      let inputs = block.conv2.inputs, let classes = keys.fc.outputs
    else { return nil }
    (self.stem, self.width, self.classes) = (stem, width, classes)
    isBottleneck = block.conv3.exists
    groups = isBottleneck ? max(width / inputs, 1) : 1
    depths = (1...4).map { keys["layer\($0)"].count }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.conv1.convolution(input, stem, kernel: 7, stride: 2, padding: 3, bias: false)
    x = net.bn1.batchNormalization(x).relu()
    x = x.maxPool(kernel: 3, stride: 2, padding: 1)
    x = stage(net.layer1, x, index: 0, stride: 1)
    x = stage(net.layer2, x, index: 1, stride: 2)
    x = stage(net.layer3, x, index: 2, stride: 2)
    x = stage(net.layer4, x, index: 3, stride: 2)
    return net.fc.linear(x.globalAveragePool().flattened(), classes)
  }

  private func stage(_ net: ModulePath, _ input: FeatureMap, index: Int, stride: Int) -> FeatureMap {
    (0..<depths[index]).reduce(input) { x, block in
      let stride = block == 0 ? stride : 1
      return isBottleneck
        ? bottleneck(net[block], x, inside: width << index, 4 * stem << index, stride)
        : basic(net[block], x, width << index, stride)
    }
  }

  private func basic(_ net: ModulePath, _ input: FeatureMap, _ width: Int, _ stride: Int) -> FeatureMap {
    var x = net.conv1.convolution(input, width, kernel: 3, stride: stride, padding: 1, bias: false)
    x = net.bn1.batchNormalization(x).relu()
    x = net.conv2.convolution(x, width, kernel: 3, padding: 1, bias: false)
    x = net.bn2.batchNormalization(x)
    return (x + shortcut(net, input, width, stride)).relu()
  }

  private func bottleneck(
    _ net: ModulePath, _ input: FeatureMap, inside width: Int, _ channels: Int, _ stride: Int
  ) -> FeatureMap {
    let strides = stridesFirst ? (stride, 1) : (1, stride)
    var x = net.conv1.convolution(input, width, kernel: 1, stride: strides.0, bias: false)
    x = net.bn1.batchNormalization(x).relu()
    x = net.conv2.convolution(x, width, kernel: 3, stride: strides.1, padding: 1, groups: groups, bias: false)
    x = net.bn2.batchNormalization(x).relu()
    x = net.conv3.convolution(x, channels, kernel: 1, bias: false)
    x = net.bn3.batchNormalization(x)
    return (x + shortcut(net, input, channels, stride)).relu()
  }

  /// The input itself, or its projection if the block changes its shape (section 3.3, option B).
  private func shortcut(_ net: ModulePath, _ input: FeatureMap, _ channels: Int, _ stride: Int) -> FeatureMap {
    guard stride != 1 || input.channels != channels else { return input }
    let x = net.downsample[0].convolution(input, channels, kernel: 1, stride: stride, bias: false)
    return net.downsample[1].batchNormalization(x)
  }
}
