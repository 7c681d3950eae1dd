/// ResNet of He, Zhang, Ren, Sun: "Deep Residual Learning for Image Recognition", 2015, table 1, as torchvision has it.
///
/// That is version 1.5: where a bottleneck halves the map, its 3x3 convolution has the stride; the paper's first 1x1 has
/// it. The shapes of the weights are the same.
///
/// | | parameters | multiply-accumulates |
/// | --- | --- | --- |
/// | ResNet-18 | 11,689,512 | 1.814 G |
/// | ResNet-34 | 21,797,672 | 3.664 G |
/// | ResNet-50 | 25,557,032 | 4.089 G |
/// | ResNet-101 | 44,549,160 | 7.801 G |
/// | ResNet-152 | 60,192,808 | 11.514 G |
struct ResNet: Architecture {
  /// Blocks in each of the four stages.
  var depths: [Int]
  /// True for blocks of 1x1, 3x3, 1x1; false for two 3x3 (figure 5).
  var isBottleneck: Bool
  var classes = 1000

  static let variants = [
    ("resnet18", "ResNet-18", [2, 2, 2, 2], false), ("resnet34", "ResNet-34", [3, 4, 6, 3], false),
    ("resnet50", "ResNet-50", [3, 4, 6, 3], true), ("resnet101", "ResNet-101", [3, 4, 23, 3], true),
    ("resnet152", "ResNet-152", [3, 8, 36, 3], true),
  ].map { name, title, depths, isBottleneck in
    Variant(name, title, source: "He et al. 2015, table 1; torchvision (v1.5)") {
      ResNet(depths: depths, isBottleneck: isBottleneck, classes: $0)
    }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.conv1.convolution(input, 64, kernel: 7, stride: 2, padding: 3, bias: false)
    x = net.bn1.batchNormalization(x).relu()
    x = x.maxPool(kernel: 3, stride: 2, padding: 1)
    x = stage(net.layer1, x, width: 64, depth: depths[0], stride: 1)
    x = stage(net.layer2, x, width: 128, depth: depths[1], stride: 2)
    x = stage(net.layer3, x, width: 256, depth: depths[2], stride: 2)
    x = stage(net.layer4, x, width: 512, depth: depths[3], stride: 2)
    return net.fc.linear(x.globalAveragePool().flattened(), classes)
  }

  private func stage(_ net: ModulePath, _ input: FeatureMap, width: Int, depth: Int, stride: Int) -> FeatureMap {
    (0..<depth).reduce(input) { x, place in
      let block = isBottleneck ? bottleneck : basic
      return block(net[place], x, width, place == 0 ? stride : 1)
    }
  }

  private func basic(_ net: ModulePath, _ input: FeatureMap, _ width: Int, _ stride: Int) -> FeatureMap {
    var x = net.conv1.convolution(input, width, kernel: 3, stride: stride, padding: 1, bias: false)
    x = net.bn1.batchNormalization(x).relu()
    x = net.conv2.convolution(x, width, kernel: 3, padding: 1, bias: false)
    x = net.bn2.batchNormalization(x)
    return (x + shortcut(net, input, width, stride)).relu()
  }

  private func bottleneck(_ net: ModulePath, _ input: FeatureMap, _ width: Int, _ stride: Int) -> FeatureMap {
    var x = net.conv1.convolution(input, width, kernel: 1, bias: false)
    x = net.bn1.batchNormalization(x).relu()
    x = net.conv2.convolution(x, width, kernel: 3, stride: stride, padding: 1, bias: false)
    x = net.bn2.batchNormalization(x).relu()
    x = net.conv3.convolution(x, 4 * width, kernel: 1, bias: false)
    x = net.bn3.batchNormalization(x)
    return (x + shortcut(net, input, 4 * width, stride)).relu()
  }

  /// The input itself, or its projection where the block changes its shape (section 3.3, option B).
  private func shortcut(_ net: ModulePath, _ input: FeatureMap, _ channels: Int, _ stride: Int) -> FeatureMap {
    guard stride != 1 || input.channels != channels else { return input }
    let x = net.downsample[0].convolution(input, channels, kernel: 1, stride: stride, bias: false)
    return net.downsample[1].batchNormalization(x)
  }
}
