/// AlexNet of Krizhevsky, Sutskever, Hinton: "ImageNet Classification with Deep Convolutional Neural Networks", 2012,
/// figure 2: two columns (groups) with local response normalization (section 3.3: k = 2, n = 5, α = 1e-4, β = 0.75).
///
/// The paper's α is not divided by n, as ONNX's is. Its crop of 224 does not give the 55x55 maps of its figure; 227 does,
/// as in Caffe's `bvlc_alexnet`, whose layer names are the keys here. 60,965,224 parameters, 724,406,816
/// multiply-accumulates.
struct AlexNet2012: Architecture {
  var classes = 1000
  var spelling = Spelling.caffe

  static let family = "AlexNet (2012)"
  static let spellings = [Spelling.caffe]
  static let variants = [
    Variant("alexnet_2012", "AlexNet (2012)", source: "Krizhevsky et al. 2012, figure 2; Caffe's bvlc_alexnet") {
      AlexNet2012(classes: $0)
    }
  ]

  var inputShape: [Int] { [3, 227, 227] }

  init(classes: Int) { self.classes = classes }

  init?(reading keys: WeightTree) {
    // The halved inputs are those of two groups.
    guard keys.conv1.kernel == 11, keys.conv2.shape() == [256, 48, 5, 5], let classes = keys.fc8.outputs else {
      return nil
    }
    self.classes = classes
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.conv1.convolution(input, 96, kernel: 11, stride: 4).relu()
    x = normalized(x).maxPool(kernel: 3, stride: 2)
    x = net.conv2.convolution(x, 256, kernel: 5, padding: 2, groups: 2).relu()
    x = normalized(x).maxPool(kernel: 3, stride: 2)
    x = net.conv3.convolution(x, 384, kernel: 3, padding: 1).relu()
    x = net.conv4.convolution(x, 384, kernel: 3, padding: 1, groups: 2).relu()
    x = net.conv5.convolution(x, 256, kernel: 3, padding: 1, groups: 2).relu()
    x = x.maxPool(kernel: 3, stride: 2).flattened()
    x = net.fc6.linear(x, 4096).relu()
    x = net.fc7.linear(x, 4096).relu()
    return net.fc8.linear(x, classes)
  }

  private func normalized(_ x: FeatureMap) -> FeatureMap {
    x.localResponseNormalized(size: 5, alpha: 5 * 1e-4, beta: 0.75, bias: 2)
  }
}
