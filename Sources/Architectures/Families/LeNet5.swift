import CNNGraphs

/// LeNet-5 of LeCun, Bottou, Bengio, Haffner: "Gradient-Based Learning Applied to Document Recognition", 1998, figure 2.
///
/// As it is written since: the third convolution sees all maps of the second layer (the paper's table I leaves some out),
/// subsampling has no coefficients, and the output is linear where the paper has radial basis functions. Keys are those of
/// PyTorch's tutorials. 61,706 parameters, 416,520 multiply-accumulates with 10 classes.
///
/// Courses write it with other widths, ReLU and maximum pooling; images may be smaller with padding, as MNIST's 28x28 are.
struct LeNet5: Architecture {
  /// Channels of the two convolutions.
  var channels = [6, 16]
  /// Features of the two hidden linear layers.
  var features = [120, 84]
  /// The side of the maps that the first linear layer sees.
  var side = 5
  var classes = 10
  /// The paper's own layers; the courses' have ReLU and maximum pooling.
  var isOriginal = true
  var spelling = Spelling.lesson

  static let family = "LeNet-5"
  static let spellings = [Spelling.lesson]
  static let variants = [
    Variant("lenet5", "LeNet-5", source: "LeCun et al. 1998, figure 2", classes: 10) { LeNet5(classes: $0) },
    Variant("lenet5_relu", "LeNet-5 with ReLU", source: "LeCun et al. 1998, as courses write it", classes: 10) {
      LeNet5(channels: [16, 32], classes: $0, isOriginal: false)
    },
  ]

  /// Two convolutions 5x5 without padding, each followed by halving.
  var inputShape: [Int] { [isOriginal ? 1 : 3, 4 * side + 12, 4 * side + 12] }

  var ambiguity: Remark? {
    isOriginal
      ? Remark(
        "activations are taken for tanh and pooling for the mean, as in the paper",
        remedy: .chooseArchitecture("lenet5_relu", effect: "ReLU and the maximum"))
      : Remark(
        "activations are taken for ReLU and pooling for the maximum, as courses write it",
        remedy: .chooseArchitecture("lenet5", effect: "tanh and the mean"))
  }

  init(channels: [Int] = [6, 16], features: [Int] = [120, 84], classes: Int = 10, isOriginal: Bool = true) {
    (self.channels, self.features, self.classes, self.isOriginal) = (channels, features, classes, isOriginal)
  }

  init?(reading keys: WeightTree) {
    channels = [keys.conv1, keys.conv2].compactMap(\.outputs)
    features = [keys.fc1, keys.fc2].compactMap(\.outputs)
    guard channels.count == 2, features.count == 2, keys.conv1.kernel == 5, keys.conv2.kernel == 5,
      let classes = keys.fc3.outputs, let area = keys.fc1.inputs.map({ $0 / channels[1] }),
      let side = (1...64).first(where: { $0 * $0 == area })
    else { return nil }
    (self.classes, self.side) = (classes, side)
    isOriginal = channels == [6, 16]
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = halved(activated(net.conv1.convolution(input, channels[0], kernel: 5)))
    x = halved(activated(net.conv2.convolution(x, channels[1], kernel: 5))).flattened()
    x = activated(net.fc1.linear(x, features[0]))
    x = activated(net.fc2.linear(x, features[1]))
    return net.fc3.linear(x, classes)
  }

  private func activated(_ x: FeatureMap) -> FeatureMap { isOriginal ? x.tanh() : x.relu() }

  private func halved(_ x: FeatureMap) -> FeatureMap {
    isOriginal ? x.averagePool(kernel: 2, stride: 2) : x.maxPool(kernel: 2, stride: 2)
  }
}
