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
    /// The layers that depend on the classes: -1 stands for their number, -9 for nine times as many.
    let heads: [LayerShape]

    /// True if the layers with a number of classes add up to a sum.
    func fits(_ classes: Int, _ found: UInt64) -> Bool {
      heads.reduce(sum) { $0 &+ ZooIndex.number(of: $1.filled(with: classes)) } == found
    }
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
    let sum = sum(of: found.layers)
    return Zoo.entries.flatMap { entry in
      candidates(entry, for: found, sum: sum).map { (entry: entry, architecture: $0) }
    }
  }

  private static func candidates(
    _ entry: ZooEntry, for found: LayerInventory, sum: UInt64
  ) -> [any Architecture] {
    guard let rows = rows[entry.name[...]] else {
      return found.possibleClasses.filter(ZooEntry.possibleClasses.contains).flatMap(entry.forms)
    }
    // Any layer may be the head: detectors end with the corners of boxes.
    let possible = Set(rows.compactMap(\.heads.first)).reduce(into: Set<Int>()) { possible, head in
      for layer in found.counts.keys { possible.formUnion(head.classes(in: layer)) }
    }
    return possible.sorted().flatMap { classes in
      let hits = rows.filter { $0.fits(classes, sum) }
      guard !hits.isEmpty else { return [any Architecture]() }
      return entry.forms(classes: classes).filter { form in
        hits.contains { $0.spelling == form.spelling && $0.isDeployed != form.hasDeployedForm || isOnlyForm($0, form) }
      }
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
        let heads = layers.filter { $0.depends(on: marker) }
        let sum = sum(of: layers.filter { !$0.depends(on: marker) })
        let words = heads.map { text($0.emptied(of: marker)) }
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
  fileprivate static func number(of layer: LayerShape) -> UInt64 {
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

  /// True if an extent is a multiple of the classes' number.
  fileprivate func depends(on classes: Int) -> Bool { numbers.contains { $0 > 0 && $0 % classes == 0 } }

  /// The layer whose extents that are multiples of the classes' number are negative factors instead.
  fileprivate func emptied(of classes: Int) -> LayerShape {
    mapped { $0 > 0 && $0 % classes == 0 ? -($0 / classes) : $0 }
  }

  /// The layer whose negative factors are multiples of the classes' number.
  fileprivate func filled(with classes: Int) -> LayerShape { mapped { $0 < 0 ? -$0 * classes : $0 } }

  /// The numbers of classes with which this layer, which has negative factors, is another one.
  fileprivate func classes(in other: LayerShape) -> [Int] {
    let (factors, extents) = (numbers, other.numbers)
    guard factors.count == extents.count else { return [] }
    var found: [Int] = []
    // A linear layer has its extents in ascending order, factors or not.
    for extents in [extents, Array(extents.prefix(1) + extents.dropFirst().reversed())] {
      guard let index = factors.lastIndex(where: { $0 < 0 }), extents[index] % factors[index] == 0 else { continue }
      let classes = extents[index] / -factors[index]
      guard ZooEntry.possibleClasses.contains(classes), !found.contains(classes) else { continue }
      if filled(with: classes) == other { found.append(classes) }
    }
    return found
  }

  private func mapped(_ change: (Int) -> Int) -> LayerShape {
    switch self {
    case .convolution(let weights, let groups): .convolution(weights: weights.map(change), groups: change(groups))
    case .linear(let smaller, let larger): .linear(change(smaller), change(larger))
    }
  }
}
