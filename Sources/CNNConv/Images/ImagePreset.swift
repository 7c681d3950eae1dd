import CNNFormats

/// How the published weights of an architecture were evaluated.
struct ImagePreset {
  let side: Int
  let crop: Int
  var interpolation = Interpolation.bilinear
  var statistics = Statistics.imageNet
  /// The side that newer weights of the same keys were evaluated with; `nil` if there are none.
  var newerSide: Int?
  /// True if nothing is cropped away.
  var isWhole = false

  /// What numbers are shifted and scaled by.
  enum Statistics {
    case imageNet
    /// From −1 to 1.
    case inception
    /// Blue, green, red, from 0 to 255, less their means.
    case caffe
    /// From −1 to 1, as FaceNet's authors have it: less 127.5, by 128.
    case faceNet
    /// From 0 to 1.
    case unit
  }

  /// torchvision's networks that are not resized to 256 and cropped to 224, by the zoo's names.
  private static let exceptions: [String: ImagePreset] = [
    "convnext_tiny": .init(side: 236, crop: 224), "convnext_small": .init(side: 230, crop: 224),
    "convnext_base": .init(side: 232, crop: 224), "convnext_large": .init(side: 232, crop: 224),
    "efficientnet_b0": .init(side: 256, crop: 224, interpolation: .bicubic),
    "efficientnet_b1": .init(side: 256, crop: 240, interpolation: .bicubic, newerSide: 255),
    "efficientnet_b2": .init(side: 288, crop: 288, interpolation: .bicubic),
    "efficientnet_b3": .init(side: 320, crop: 300, interpolation: .bicubic),
    "efficientnet_b4": .init(side: 384, crop: 380, interpolation: .bicubic),
    "efficientnet_b5": .init(side: 456, crop: 456, interpolation: .bicubic),
    "efficientnet_b6": .init(side: 528, crop: 528, interpolation: .bicubic),
    "efficientnet_b7": .init(side: 600, crop: 600, interpolation: .bicubic),
    "efficientnet_v2_s": .init(side: 384, crop: 384), "efficientnet_v2_m": .init(side: 480, crop: 480),
    "efficientnet_v2_l": .init(side: 480, crop: 480, interpolation: .bicubic, statistics: .inception),
    "inception_v3": .init(side: 342, crop: 299),
    "inception_v4": .init(side: 341, crop: 299, interpolation: .bicubic, statistics: .inception),
    "inception_resnet_v2": .init(side: 333, crop: 299, interpolation: .bicubic, statistics: .inception),
    "xception": .init(side: 333, crop: 299, interpolation: .bicubic, statistics: .inception),
    "xception41": .init(side: 331, crop: 299, interpolation: .bicubic, statistics: .inception),
    "xception65": .init(side: 331, crop: 299, interpolation: .bicubic, statistics: .inception),
    "xception71": .init(side: 331, crop: 299, interpolation: .bicubic, statistics: .inception),
    "inception_v1": .init(side: 256, crop: 224, statistics: .inception),
    "inception_v2": .init(side: 256, crop: 224, statistics: .inception),
    "inception_v2_unbiased": .init(side: 256, crop: 224, statistics: .inception),
    "inception_resnet_v1": .init(side: 160, crop: 160, statistics: .faceNet),
    "facenet": .init(side: 160, crop: 160, statistics: .faceNet),
    "mnasnet0_75": .init(side: 232, crop: 224), "mnasnet1_3": .init(side: 232, crop: 224),
    "shufflenet_v2_x1_5": .init(side: 232, crop: 224), "shufflenet_v2_x2_0": .init(side: 232, crop: 224),
    "resnext101_64x4d": .init(side: 232, crop: 224), "repvgg_d2se": .init(side: 320, crop: 320),
    "lenet5": .init(side: 32, crop: 32, statistics: .unit), "lenet5_relu": .init(side: 32, crop: 32, statistics: .unit),
    "alexnet_2012": .init(side: 256, crop: 227, statistics: .caffe),
    "nin": .init(side: 256, crop: 224, statistics: .caffe),
    "resnet50_v1": .init(side: 256, crop: 224, statistics: .caffe),
    "resnet101_v1": .init(side: 256, crop: 224, statistics: .caffe),
    "resnet152_v1": .init(side: 256, crop: 224, statistics: .caffe),
  ]

  /// Those of which torchvision has newer weights, evaluated at 232.
  private static let renewed: Set<String> = [
    "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d", "wide_resnet50_2", "wide_resnet101_2",
    "mobilenet_v2", "mobilenet_v3_large",
  ]

  /// The segmenters, of which torchvision's were evaluated on whole pictures, the shorter side 520.
  private static let families = ["fcn_", "deeplabv3_", "lraspp_"]

  /// The preset of an architecture.
  /// - Parameters:
  ///   - name: the zoo's name.
  ///   - spelling: whose keys the weights have; `nil` for a graph.
  init(architecture name: String, spelling: String?) {
    var preset =
      Self.exceptions[name.hasSuffix("_tf") ? String(name.dropLast(3)) : name] ?? ImagePreset(side: 256, crop: 224)
    if Self.families.contains(where: name.hasPrefix) {
      preset = ImagePreset(side: 520, crop: 520)
      preset.isWhole = true
    }
    if Self.renewed.contains(name) || name.hasPrefix("regnet") { preset.newerSide = 232 }
    if spelling == "timm" {
      let side = Int(Double(preset.crop) / 0.875)
      preset = ImagePreset(
        side: side, crop: preset.crop, interpolation: .bicubic, statistics: preset.statistics)
    }
    if name.hasSuffix("_tf") { preset.statistics = .inception }
    if spelling == "caffe" { preset.statistics = .caffe }
    self = preset
  }

  /// The preset of a side.
  init(
    side: Int, crop: Int, interpolation: Interpolation = .bilinear, statistics: Statistics = .imageNet,
    newerSide: Int? = nil
  ) {
    (self.side, self.crop, self.interpolation) = (side, crop, interpolation)
    (self.statistics, self.newerSide) = (statistics, newerSide)
  }

  /// The preparation, for the network's own layout.
  var preparation: ImagePreparation {
    var preparation = ImagePreparation(
      resizing: .shorterSide(side), crop: isWhole ? nil : ImageExtent(crop), interpolation: interpolation)
    preparation.apply(statistics)
    return preparation
  }
}

extension ImagePreparation {
  /// Takes other statistics.
  mutating func apply(_ statistics: ImagePreset.Statistics) {
    switch statistics {
    case .imageNet: (scale, mean, deviation) = (1 / 255, Self.imageNetMean, Self.imageNetDeviation)
    case .inception: (scale, mean, deviation) = (1 / 255, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5])
    case .caffe: (scale, mean, deviation, channels) = (1, [104, 117, 123], [1, 1, 1], .bgr)
    case .faceNet: (scale, mean, deviation) = (1, [127.5], [128])
    case .unit: (scale, mean, deviation) = (1 / 255, [0], [1])
    }
  }
}
