import CNNGraphs

/// The networks that can be built by name.
public enum Zoo {
  /// Every family, one line each, in alphabetical order.
  static let families: [any Architecture.Type] = [
    AlexNet.self,
    AlexNet2012.self,
    AlignedXception.self,
    ConvMixer.self,
    ConvNeXt.self,
    CSPNet.self,
    DenseNet.self,
    DilatedSegmentation.self,
    DLA.self,
    DPN.self,
    EdgeNeXt.self,
    EfficientNet.self,
    EfficientNetEdge.self,
    EfficientNetLite.self,
    EfficientNetV2.self,
    FaceCascade.self,
    FBNet.self,
    FBNetV3.self,
    GERNet.self,
    GhostNet.self,
    GoogLeNet.self,
    HRNet.self,
    InceptionNeXt.self,
    InceptionResNetV1.self,
    InceptionResNetV2.self,
    InceptionV1.self,
    InceptionV2.self,
    InceptionV3.self,
    InceptionV4.self,
    LCNet.self,
    LeNet5.self,
    MaxViT.self,
    MixNet.self,
    MLPMixer.self,
    MnasNet.self,
    MnasNetA1.self,
    MobileNetV1.self,
    MobileNetV2.self,
    MobileNetV3.self,
    MobileNetV4.self,
    MobileOne.self,
    MobileSegmentation.self,
    MobileViT.self,
    NiN.self,
    PyramidDetector.self,
    RegNet.self,
    RepVGG.self,
    RepViT.self,
    ResNet.self,
    ResNetV2.self,
    ReXNet.self,
    S3D.self,
    ShuffleNetV2.self,
    SKNet.self,
    SqueezeNet.self,
    SSD300.self,
    SSDLite.self,
    SwinTransformer.self,
    UNet.self,
    VGG.self,
    VideoResNet.self,
    VisionTransformer.self,
    VoVNet.self,
    Xception.self,
    YOLO.self,
  ]

  /// The networks, family by family.
  public static let entries: [ZooEntry] = families.flatMap { family in
    family.variants.map { ZooEntry($0, of: family) }
  }

  /// The network of a name.
  /// - Throws: ``ConversionError`` of code `usage` that lists close names.
  public static func entry(named name: String) throws(ConversionError) -> ZooEntry {
    if let entry = entries.first(where: { $0.name == name }) { return entry }
    let close = name.closest(among: entries.map(\.name))
    throw ConversionError(
      .usage, "there is no architecture \(name.quoted)",
      remedy: close.isEmpty ? .listArchitectures : .chooseName(among: close))
  }

  /// Builds a network with random weights.
  /// - Parameters:
  ///   - name: one of ``entries``' names.
  ///   - classes: the number of classes; by default what the network was published with.
  ///   - deployed: whether to build the form for deployment.
  ///   - seed: equal seeds give equal weights, on every machine.
  /// - Returns: a graph from `input` `[N, C, H, W]` to `output` `[N, classes]`, or to what a network for segmentation or
  ///   detection gives; its constants bear the keys of the network's state dict.
  /// - Throws: ``ConversionError`` of code `usage` for an unknown name, an impossible number of classes, or a network
  ///   without a form for deployment.
  public static func build(_ name: String, classes: Int? = nil, deployed: Bool = false, seed: UInt64) throws -> Graph {
    let entry = try entry(named: name)
    let classes = classes ?? entry.classes
    guard ZooEntry.possibleClasses.contains(classes) else {
      throw ConversionError(
        .usage, "\(classes) classes are not possible; from 1 to \(ZooEntry.possibleClasses.upperBound)")
    }
    return try entry.blueprint(classes: classes, deployed: deployed).graph(with: SeededWeights(seed: seed))
  }
}
