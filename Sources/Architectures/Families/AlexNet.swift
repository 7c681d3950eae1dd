/// AlexNet in one column, without local response normalization, as torchvision has it after Krizhevsky: "One weird trick
/// for parallelizing convolutional neural networks", 2014, section 3. 61,100,840 parameters, 0.714 G multiply-accumulates.
///
/// Courses write it with half of the channels of the 2012 network (48, 128, 192, 192, 128) under the same keys.
struct AlexNet: Architecture {
  /// Channels of the five convolutions.
  var channels = [64, 192, 384, 256, 256]
  /// Features of the two hidden linear layers.
  var features = [4096, 4096]
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "AlexNet"
  static let headModules = [["classifier.1", "classifier.4", "classifier.6"]]
  static let variants = [
    Variant("alexnet", "AlexNet", source: "Krizhevsky 2014, section 3; torchvision") { AlexNet(classes: $0) },
    Variant("alexnet_half", "AlexNet, half width", source: "Krizhevsky et al. 2012, one column of figure 2") {
      AlexNet(channels: [48, 128, 192, 192, 128], features: [2048, 2048], classes: $0)
    },
  ]

  init(channels: [Int] = [64, 192, 384, 256, 256], features: [Int] = [4096, 4096], classes: Int = 1000) {
    (self.channels, self.features, self.classes) = (channels, features, classes)
  }

  init?(reading keys: WeightTree) {
    channels = [0, 3, 6, 8, 10].compactMap { keys.features[$0].outputs }
    features = keys.classifier[1].isPretended ? [4096, 4096] : [1, 4].compactMap { keys.classifier[$0].outputs }
    guard channels.count == 5, features.count == 2, keys.features[0].kernel == 11, keys.features[3].kernel == 5,
      let classes = keys.classifier[6].outputs
    else { return nil }
    self.classes = classes
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.features[0].convolution(input, channels[0], kernel: 11, stride: 4, padding: 2).relu()
    x = x.maxPool(kernel: 3, stride: 2)
    x = net.features[3].convolution(x, channels[1], kernel: 5, padding: 2).relu()
    x = x.maxPool(kernel: 3, stride: 2)
    x = net.features[6].convolution(x, channels[2], kernel: 3, padding: 1).relu()
    x = net.features[8].convolution(x, channels[3], kernel: 3, padding: 1).relu()
    x = net.features[10].convolution(x, channels[4], kernel: 3, padding: 1).relu()
    x = x.maxPool(kernel: 3, stride: 2)
    return net.classifying(x) { map in
      var x = map.adaptiveAveragePool(6).flattened()
      x = net.classifier[1].linear(x, features[0]).relu()
      x = net.classifier[4].linear(x, features[1]).relu()
      return net.classifier[6].linear(x, classes)
    }
  }
}
