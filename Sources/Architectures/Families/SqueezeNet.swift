import CNNGraphs

/// SqueezeNet of Iandola et al.: "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size",
/// 2016, table 1 and figure 2, as torchvision has it; version 1.1, with a smaller first convolution and earlier
/// pooling, is of the authors' repository.
///
/// The keys of the convolutions of complex bypass, which torchvision does not have, are `features.N.bypass`.
///
/// | | parameters | multiply-accumulates |
/// | --- | --- | --- |
/// | SqueezeNet 1.0 | 1,248,424 | 0.819 G |
/// | SqueezeNet 1.1 | 1,235,496 | 0.349 G |
/// | SqueezeNet 1.0 with simple bypass | 1,248,424 | 0.819 G |
/// | SqueezeNet 1.0 with complex bypass | 1,589,672 | 1.165 G |
struct SqueezeNet: Architecture {
  /// Channels of a fire module (figure 1).
  struct Fire: Sendable, Equatable {
    var squeeze: Int
    var expand1x1: Int
    var expand3x3: Int
  }

  /// What goes around fire modules (figure 2).
  enum Bypass: Sendable {
    case none
    /// The input itself, if it has the channels of the output.
    case simple
    /// Elsewhere its projection, too.
    case complex
  }

  /// Channels of the first convolution.
  var stem: Int
  /// Height and width of the first convolution's kernel.
  var kernel: Int
  /// Fire modules between poolings.
  var stages: [[Fire]]
  var bypass = Bypass.none
  var classes = 1000
  var spelling = Spelling.torchvision

  static let family = "SqueezeNet"
  static let variants = [
    Variant("squeezenet1_0", "SqueezeNet 1.0", source: "Iandola et al. 2016, table 1; torchvision") {
      version1_0(.none, classes: $0)
    },
    Variant("squeezenet1_1", "SqueezeNet 1.1", source: "the repository of Iandola et al. 2016; torchvision") {
      SqueezeNet(stem: 64, kernel: 3, squeeze: [[16, 16], [32, 32], [48, 48, 64, 64]], bypass: .none, classes: $0)
    },
    Variant(
      "squeezenet1_0_bypass", "SqueezeNet 1.0 with simple bypass", source: "Iandola et al. 2016, figure 2, middle"
    ) {
      version1_0(.simple, classes: $0)
    },
    Variant(
      "squeezenet1_0_complex_bypass", "SqueezeNet 1.0 with complex bypass",
      source: "Iandola et al. 2016, figure 2, right"
    ) {
      version1_0(.complex, classes: $0)
    },
  ]

  var ambiguity: Remark? {
    guard self == Self.version1_0(.none, classes: classes) else { return nil }
    return Remark(
      "weights cannot tell whether a simple bypass goes around fire modules; none is taken",
      remedy: .chooseArchitecture("squeezenet1_0_bypass", effect: "it"))
  }

  /// The published networks expand to four times as many channels with either kernel.
  private init(stem: Int, kernel: Int, squeeze: [[Int]], bypass: Bypass, classes: Int) {
    (self.stem, self.kernel, self.bypass, self.classes) = (stem, kernel, bypass, classes)
    stages = squeeze.map { $0.map { Fire(squeeze: $0, expand1x1: 4 * $0, expand3x3: 4 * $0) } }
  }

  private static func version1_0(_ bypass: Bypass, classes: Int) -> SqueezeNet {
    SqueezeNet(
      stem: 96, kernel: 7, squeeze: [[16, 16, 32], [32, 48, 48, 64], [64]], bypass: bypass, classes: classes)
  }

  init?(reading keys: WeightTree) {
    guard let stem = keys.features[0].outputs, let kernel = keys.features[0].kernel,
      let classes = keys.classifier[1].outputs
    else { return nil }
    (self.stem, self.kernel, self.classes) = (stem, kernel, classes)
    // A pooling without weights is in every place without a fire module.
    stages = []
    var index = 3
    while keys.features[index].squeeze.exists {
      var fires: [Fire] = []
      while let fire = Fire(reading: keys.features[index]) {
        if keys.features[index].bypass.exists { bypass = .complex }
        fires.append(fire)
        index += 1
      }
      guard !fires.isEmpty else { return nil }
      stages.append(fires)
      index += 1
    }
    guard !stages.isEmpty else { return nil }
  }

  func build(_ net: ModulePath, _ input: FeatureMap) -> FeatureMap {
    var x = net.features[0].convolution(input, stem, kernel: kernel, stride: 2).relu()
    var index = 2
    for fires in stages {
      x = x.maxPool(kernel: 3, stride: 2, ceilMode: true)
      index += 1
      for fire in fires {
        x = self.fire(net.features[index], x, fire)
        index += 1
      }
    }
    x = net.classifier[1].convolution(x, classes, kernel: 1).relu()
    return x.globalAveragePool().flattened()
  }

  private func fire(_ net: ModulePath, _ input: FeatureMap, _ fire: Fire) -> FeatureMap {
    let squeezed = net.squeeze.convolution(input, fire.squeeze, kernel: 1).relu()
    let x = FeatureMap.concatenated([
      net.expand1x1.convolution(squeezed, fire.expand1x1, kernel: 1).relu(),
      net.expand3x3.convolution(squeezed, fire.expand3x3, kernel: 3, padding: 1).relu(),
    ])
    switch (bypass, input.channels == x.channels) {
    case (.none, _), (.simple, false): return x
    case (.simple, true), (.complex, true): return x + input
    case (.complex, false): return x + net.bypass.convolution(input, x.channels, kernel: 1)
    }
  }
}

extension SqueezeNet.Fire {
  fileprivate init?(reading keys: WeightTree) {
    guard let squeeze = keys.squeeze.outputs, let expand1x1 = keys.expand1x1.outputs,
      let expand3x3 = keys.expand3x3.outputs
    else { return nil }
    self.init(squeeze: squeeze, expand1x1: expand1x1, expand3x3: expand3x3)
  }
}
