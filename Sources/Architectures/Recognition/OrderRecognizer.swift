import CNNGraphs

/// Recognizes the weights of a published network under unknown names, by the order and the shapes of its layers.
///
/// The order is that of the drawing if a class registers its layers in the order in which it runs them. Every tensor must
/// match: modules come in the drawing's order, with the same parameters of the same shapes. Layers of equal shapes are
/// told apart by their order alone.
enum OrderRecognizer {
  /// A published network whose weights come in this order, and the keys found for those of its drawing.
  struct Match {
    let architecture: any Architecture
    let blueprint: Blueprint
    /// The state dict's key of each weight.
    let sourceKeys: [String: String]
  }

  /// A parameter or buffer without the name of its module.
  private struct Slot: Equatable {
    let parameter: Substring
    let shape: [Int]
    /// True if another module begins.
    let isFirst: Bool
  }

  /// Looks for a network; the first of the zoo if several have the same layers in the same order.
  static func match(_ weights: WeightsRecognizer.Weights) -> Match? {
    let weights = weights.filter { !KeyDifference.isIgnored($0.key) }
    let found = slots(weights.map(\.key), weights.map(\.shape))
    let layers = weights.map(\.shape).filter { $0.count == 4 || $0.count == 2 }
    guard let classes = layers.last?.first, ZooEntry.possibleClasses.contains(classes) else { return nil }
    for entry in Zoo.entries {
      for form in entry.forms(classes: classes).prefix(2) {
        guard let blueprint = draw(form, entry.name, with: layers) else { continue }
        let expected = slots(blueprint.weights.map(\.key), blueprint.weights.map(\.shape))
        guard expected == found else { continue }
        let pairs = zip(blueprint.weights, weights).map { ($0.key, $1.key) }
        return Match(
          architecture: form, blueprint: blueprint,
          sourceKeys: Dictionary(pairs, uniquingKeysWith: { a, _ in a }))
      }
    }
    return nil
  }

  private static func slots(_ keys: [String], _ shapes: [[Int]]) -> [Slot] {
    var last: Substring?
    return zip(keys, shapes).map { key, shape in
      let dot = key.lastIndex(of: ".") ?? key.startIndex
      let module = key[..<dot]
      defer { last = module }
      return Slot(parameter: key[dot...].drop { $0 == "." }, shape: shape, isFirst: module != last)
    }
  }

  /// The drawing of a network, given up at the first layer that is not the next one found.
  private static func draw(_ architecture: any Architecture, _ name: String, with layers: [[Int]]) -> Blueprint? {
    var next = 0
    func isNext(_ layer: LayerShape) -> Bool {
      guard next < layers.count else { return false }
      defer { next += 1 }
      switch layer {
      case .convolution(let weights, _): return weights == layers[next]
      case .linear(let smaller, let larger): return layers[next].sorted() == [smaller, larger]
      }
    }
    var shape = architecture.inputShape
    if let first = layers.first, first.count == 4 { shape[0] = min(first[1], 4096) }
    let blueprint = try? NetworkBuilder.blueprint(
      of: architecture, inputShape: shape, name: name, admitting: isNext)
    return next == layers.count ? blueprint : nil
  }
}
