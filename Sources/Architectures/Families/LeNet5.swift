/// LeNet-5 of LeCun, Bottou, Bengio, Haffner: "Gradient-Based Learning Applied to Document Recognition", 1998, figure 2.
///
/// As it is written since: the third convolution sees all maps of the second layer (the paper's table I leaves some out),
/// subsampling has no coefficients, and the output is linear where the paper has radial basis functions. Keys are those of
/// PyTorch's tutorials. 61,706 parameters, 416,520 multiply-accumulates with 10 classes.
struct LeNet5: Architecture {
  var classes = 10

  static let variants = [
    Variant("lenet5", "LeNet-5", source: "LeCun et al. 1998, figure 2", classes: 10) { LeNet5(classes: $0) }
  ]

  var inputShape: [Int] { [1, 32, 32] }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.conv1.convolution(input, 6, kernel: 5).tanh()
    x = x.averagePool(kernel: 2, stride: 2)
    x = net.conv2.convolution(x, 16, kernel: 5).tanh()
    x = x.averagePool(kernel: 2, stride: 2).flattened()
    x = net.fc1.linear(x, 120).tanh()
    x = net.fc2.linear(x, 84).tanh()
    return net.fc3.linear(x, classes)
  }
}
