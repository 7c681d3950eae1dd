import CNNGraphs

/// A network of the zoo, described without its weights being made.
public struct ZooEntry: Sendable {
  /// The numbers of classes a network can be built with.
  static let possibleClasses = 1...1_000_000

  /// The name by which it is built, such as `vgg16`.
  public let name: String
  /// The name in prose, such as `VGG-16`.
  public let title: String
  /// Where the architecture comes from.
  public let source: String
  /// The extents of one input, `[C, H, W]`.
  public let inputShape: [Int]
  /// The number of classes it was published with.
  public let classes: Int
  /// The number of learned parameters with that many classes; running statistics are not counted.
  public let parameters: Int
  /// Multiplications followed by an addition for one image.
  public let macs: Int
  /// What it is recognized by.
  let layers: LayerInventory
  private let make: @Sendable (_ classes: Int) -> any Architecture

  init(_ variant: Variant) {
    (name, title, source, classes) = (variant.name, variant.title, variant.source, variant.classes)
    make = variant.make
    let architecture = variant.make(variant.classes)
    inputShape = architecture.inputShape
    do {
      let blueprint = try NetworkBuilder.blueprint(of: architecture, batch: 1, name: variant.name)
      guard let count = blueprint.multiplyAccumulates else {
        throw ConversionError(.badInput, "multiply-accumulates cannot be counted")
      }
      (parameters, macs, layers) = (blueprint.parameters, count, LayerInventory(of: blueprint.graph))
    } catch {
      preconditionFailure("\(variant.name) is drawn wrongly: \(error)")
    }
  }

  /// The network with a number of classes and without weights.
  package func blueprint(classes: Int) throws(ConversionError) -> Blueprint {
    try NetworkBuilder.blueprint(of: make(classes), name: name)
  }
}
