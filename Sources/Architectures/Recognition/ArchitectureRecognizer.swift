import CNNGraphs

/// Names the architecture of a graph by its structure, whatever its values are called.
///
/// A graph is a network of the zoo when its convolutions and linear layers have weights of the same shapes and groups,
/// each as often, with any number of classes. Their order does not count, since exporters draw branches in either order.
/// Batch normalizations, which may have been folded away, strides, padding, biases and sums decide only between networks
/// that are equal otherwise.
public enum ArchitectureRecognizer {
  /// The architecture of a graph, from the shapes of its weights alone; `nil` if the zoo has none like it.
  public static func recognize(_ graph: Graph) -> RecognizedArchitecture? {
    match(graph).map { RecognizedArchitecture($0.entry.name, $0.entry.title, classes: $0.architecture.classes) }
  }

  /// A network of the zoo that has the layers of a graph.
  struct Match {
    let entry: ZooEntry
    let architecture: any Architecture
    let blueprint: Blueprint
  }

  /// The network of the zoo that has the layers of a graph.
  static func match(_ graph: Graph) -> Match? {
    let found = LayerInventory(of: graph)
    guard !found.layers.isEmpty else { return nil }
    var best: (match: Match, difference: Int)?
    for (entry, architecture) in ZooIndex.candidates(for: found) {
      guard let blueprint = draw(architecture, entry.name, with: found) else { continue }
      let difference = LayerInventory(of: blueprint.graph).difference(from: found)
      guard best.map({ difference < $0.difference }) ?? true else { continue }
      let match = Match(entry: entry, architecture: architecture, blueprint: blueprint)
      // Of networks that are equal the first one counts.
      if difference == 0 { return match }
      best = (match, difference)
    }
    return best?.match
  }

  /// The drawing of a network, if it has exactly the layers found. Most others are given up at their first layer.
  private static func draw(
    _ architecture: any Architecture, _ name: String, with found: LayerInventory
  ) -> Blueprint? {
    var left = found.counts
    func take(_ layer: LayerShape) -> Bool {
      guard let count = left[layer], count > 0 else { return false }
      left[layer] = count - 1
      return true
    }
    guard let blueprint = try? NetworkBuilder.blueprint(of: architecture, name: name, admitting: take) else {
      return nil
    }
    return left.values.allSatisfy { $0 == 0 } ? blueprint : nil
  }
}
