/// AlexNet in one column, without local response normalization, as torchvision has it after Krizhevsky: "One weird trick
/// for parallelizing convolutional neural networks", 2014, section 3. 61,100,840 parameters, 0.714 G multiply-accumulates.
struct AlexNet: Architecture {
  var classes = 1000

  static let variants = [
    Variant("alexnet", "AlexNet", source: "Krizhevsky 2014, section 3; torchvision") { AlexNet(classes: $0) }
  ]

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.features[0].convolution(input, 64, kernel: 11, stride: 4, padding: 2).relu()
    x = x.maxPool(kernel: 3, stride: 2)
    x = net.features[3].convolution(x, 192, kernel: 5, padding: 2).relu()
    x = x.maxPool(kernel: 3, stride: 2)
    x = net.features[6].convolution(x, 384, kernel: 3, padding: 1).relu()
    x = net.features[8].convolution(x, 256, kernel: 3, padding: 1).relu()
    x = net.features[10].convolution(x, 256, kernel: 3, padding: 1).relu()
    x = x.maxPool(kernel: 3, stride: 2).flattened()
    x = net.classifier[1].linear(x, 4096).relu()
    x = net.classifier[4].linear(x, 4096).relu()
    return net.classifier[6].linear(x, classes)
  }
}
