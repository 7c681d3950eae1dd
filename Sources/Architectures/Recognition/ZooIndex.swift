import CNNGraphs

/// What the layers of the zoo's networks add up to, so that recognizing a graph draws only networks that have the same.
///
/// The numbers stand in ``ZooIndex/table``, which is generated from the drawings. A network that it does not list is drawn.
package enum ZooIndex {
  /// A network of the zoo in one spelling and form.
  private struct Row: Sendable {
    let spelling: Spelling
    let isDeployed: Bool
    /// The first components of the state dict's keys.
    let roots: [String]
    /// The sum of the layers' numbers, without those that depend on the classes.
    let sum: UInt64
    /// The layers that depend on the classes, which stand for -1.
    let heads: [LayerShape]
  }

  private static let rows: [Substring: [Row]] = {
    var rows: [Substring: [Row]] = [:]
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 5, let spelling = Spelling(rawValue: String(words[1])), let sum = UInt64(words[3], radix: 16)
      else { continue }
      let roots = words[4].split(separator: ",").map(String.init)
      let heads = words.dropFirst(5).compactMap(layer)
      rows[words[0], default: []].append(
        Row(spelling: spelling, isDeployed: words[2] == "deployed", roots: roots, sum: sum, heads: heads))
    }
    return rows
  }()

  /// The networks in all forms that may have the layers of a graph, in the zoo's order.
  static func candidates(for found: LayerInventory) -> [(entry: ZooEntry, architecture: any Architecture)] {
    let classes = found.possibleClasses.filter(ZooEntry.possibleClasses.contains)
    let sum = sum(of: found.layers)
    return Zoo.entries.flatMap { entry in
      classes.flatMap { classes in
        candidates(entry, classes: classes, sum: sum).map { (entry: entry, architecture: $0) }
      }
    }
  }

  private static func candidates(_ entry: ZooEntry, classes: Int, sum: UInt64) -> [any Architecture] {
    guard let rows = rows[entry.name[...]] else { return entry.forms(classes: classes) }
    let hits = rows.filter { row in
      row.heads.reduce(row.sum) { $0 &+ number(of: $1.replacing(-1, with: classes)) } == sum
    }
    guard !hits.isEmpty else { return [] }
    return entry.forms(classes: classes).filter { form in
      hits.contains { $0.spelling == form.spelling && $0.isDeployed != form.hasDeployedForm || isOnlyForm($0, form) }
    }
  }

  /// True for a network that has no other form for deployment.
  private static func isOnlyForm(_ row: Row, _ form: any Architecture) -> Bool {
    row.spelling == form.spelling && !row.isDeployed && !form.hasDeployedForm
  }

  /// True if a state dict has most of the modules that a network consists of, so that it may be worth drawing.
  static func isLikely(_ entry: ZooEntry, _ form: any Architecture, for keys: WeightTree) -> Bool {
    guard let row = rows[entry.name[...]]?.first(where: { $0.spelling == form.spelling }) else { return true }
    return 3 * row.roots.count { keys[$0].exists } >= 2 * row.roots.count
  }

  /// The table that belongs to the drawings.
  package static func generated() -> String {
    let marker = 999_983
    return Zoo.entries.flatMap { entry in
      entry.forms(classes: marker).compactMap { form -> String? in
        guard let drawing = try? NetworkBuilder.blueprint(of: form, name: entry.name) else { return nil }
        let layers = LayerInventory(of: drawing.graph).layers
        let heads = layers.filter { $0.numbers.contains(marker) }
        let sum = sum(of: layers.filter { !$0.numbers.contains(marker) })
        let words = heads.map { text($0.replacing(marker, with: -1)) }
        let isDeployed = entry.hasDeployedForm && !form.hasDeployedForm
        var roots: [Substring] = []
        for weight in drawing.weights {
          let root = weight.key.prefix { $0 != "." }
          if root.count < weight.key.count, !roots.contains(root) { roots.append(root) }
        }
        let kind = isDeployed ? "deployed" : "trained"
        return
          ([entry.name, form.spelling.rawValue, kind, String(sum, radix: 16), roots.joined(separator: ",")] + words)
          .joined(separator: " ")
      }
    }.joined(separator: "\n")
  }

  private static func sum(of layers: [LayerShape]) -> UInt64 { layers.reduce(0) { $0 &+ number(of: $1) } }

  /// FNV-1a over a layer's extents, stirred, so that sums tell sets apart.
  private static func number(of layer: LayerShape) -> UInt64 {
    let hash = layer.numbers.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64(bitPattern: Int64($1))) &* 0x0000_0100_0000_01B3
    }
    return (hash ^ (hash >> 29)) &* 0xBF58_476D_1CE4_E5B9
  }

  private static func text(_ layer: LayerShape) -> String {
    switch layer {
    case .convolution(let weights, let groups): "c" + (weights + [groups]).map(String.init).joined(separator: ",")
    case .linear(let smaller, let larger): "l\(smaller),\(larger)"
    }
  }

  private static func layer(_ word: Substring) -> LayerShape? {
    let numbers = word.dropFirst().split(separator: ",").compactMap { Int($0) }
    guard numbers.count > 1, let last = numbers.last else { return nil }
    return word.first == "l" ? .linear(numbers[0], numbers[1]) : .convolution(weights: numbers.dropLast(), groups: last)
  }
}

extension LayerShape {
  fileprivate var numbers: [Int] {
    switch self {
    case .convolution(let weights, let groups): weights + [groups]
    case .linear(let smaller, let larger): [-2, smaller, larger]
    }
  }

  /// The layer with one extent for another.
  fileprivate func replacing(_ old: Int, with new: Int) -> LayerShape {
    switch self {
    case .convolution(let weights, let groups):
      .convolution(weights: weights.map { $0 == old ? new : $0 }, groups: groups)
    case .linear(let smaller, let larger):
      .linear(smaller == old ? new : smaller, larger == old ? new : larger)
    }
  }
}
