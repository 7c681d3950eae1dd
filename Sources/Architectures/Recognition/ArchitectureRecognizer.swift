import CNNGraphs

/// What a graph was recognized as.
public struct RecognizedArchitecture: Hashable, Sendable {
  /// The zoo's name, such as `vgg16`.
  public let name: String
  /// The name in prose, such as `VGG-16`.
  public let title: String
  /// The number of classes.
  public let classes: Int

  /// Describes a network.
  public init(_ name: String, _ title: String, classes: Int) {
    (self.name, self.title, self.classes) = (name, title, classes)
  }
}

/// Names the architecture of a graph by its structure, whatever its values are called.
///
/// A graph is a network of the zoo when its convolutions and linear layers have weights of the same shapes and groups,
/// each as often, with any number of classes. Their order does not count, since exporters draw branches in either order,
/// nor do strides: a ResNet-50 with the strides of the paper is one, too. Batch normalizations decide only between
/// networks that are equal otherwise, and may have been folded away.
public enum ArchitectureRecognizer {
  /// The architecture of a graph, from the shapes of its weights alone; `nil` where the zoo has none like it.
  public static func recognize(_ graph: Graph) -> RecognizedArchitecture? {
    let found = LayerInventory(of: graph)
    guard !found.layers.isEmpty else { return nil }
    var best: (match: RecognizedArchitecture, difference: Int)?
    for entry in Zoo.entries where entry.layers.layers.count == found.layers.count {
      guard let classes = found.possibleClasses.first(where: { matches(found, entry, classes: $0) }) else { continue }
      let difference = abs(entry.layers.normalizations - found.normalizations)
      guard best.map({ difference < $0.difference }) ?? true else { continue }
      best = (RecognizedArchitecture(entry.name, entry.title, classes: classes), difference)
    }
    return best?.match
  }

  private static func matches(_ found: LayerInventory, _ entry: ZooEntry, classes: Int) -> Bool {
    if classes == entry.classes { return entry.layers.counts == found.counts }
    guard ZooEntry.possibleClasses.contains(classes), let blueprint = try? entry.blueprint(classes: classes) else {
      return false
    }
    return LayerInventory(of: blueprint.graph).counts == found.counts
  }
}
