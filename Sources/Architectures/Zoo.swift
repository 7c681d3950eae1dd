import CNNGraphs

/// The networks that can be built by name.
public enum Zoo {
  /// Every family, one line each, in alphabetical order.
  static let families: [any Architecture.Type] = [
    AlexNet.self,
    AlexNet2012.self,
    AlignedXception.self,
    ConvNeXt.self,
    DenseNet.self,
    EfficientNet.self,
    EfficientNetV2.self,
    GoogLeNet.self,
    InceptionResNetV1.self,
    InceptionResNetV2.self,
    InceptionV1.self,
    InceptionV2.self,
    InceptionV3.self,
    InceptionV4.self,
    LeNet5.self,
    MnasNet.self,
    MobileNetV2.self,
    MobileNetV3.self,
    MobileOne.self,
    NiN.self,
    RegNet.self,
    RepVGG.self,
    ResNet.self,
    ShuffleNetV2.self,
    SqueezeNet.self,
    VGG.self,
    Xception.self,
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
  /// - Returns: a graph from `input` `[N, C, H, W]` to `output` `[N, classes]`; its constants bear the keys of the
  ///   network's state dict.
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
