import CNNGraphs

/// Tells from the keys and shapes of a state dict which network they are the weights of.
package enum WeightsRecognizer {
  /// The keys and shapes of a state dict in its order.
  package typealias Weights = [(key: String, shape: [Int])]

  /// Recognizes a network.
  /// - Parameter size: height and width of the images to draw it for; the published ones if it is `nil`.
  /// - Throws: ``ConversionError`` of code `unsupported` that names the nearest network and how it differs.
  package static func recognize(
    _ stored: Weights, size: [Int]? = nil
  ) throws(ConversionError) -> RecognizedWeights {
    let usual = UsualWeights(stored)
    let weights = usual.weights
    var closest: (drawn: Drawn, architecture: any Architecture)?
    let tree = WeightTree(weights)
    let prefixes = KeyPrefix.candidates(in: weights.map(\.key))
    for prefix in prefixes {
      // What lies beside a part of a network may be its head, and must not be lost for another.
      let isWhole = weights.allSatisfy { $0.key.hasPrefix(prefix) || KeyDifference.isIgnored($0.key) }
      for family in Zoo.families {
        let keys = FamilyKeys(weights, tree, under: prefix, of: family)
        guard let architecture = family.init(reading: keys.tree), let drawn = Drawn(architecture, keys, size) else {
          continue
        }
        if drawn.difference.isEmpty { return drawn.recognized(prefix, among: usual, isForced: false) }
        if isWhole, let other = drawn.withForeignHead(keys) {
          return other.recognized(prefix, among: usual, isForced: false)
        }
        if drawn.difference.count < closest?.drawn.difference.count ?? .max { closest = (drawn, architecture) }
      }
    }
    for prefix in prefixes {
      // What lies beside a part of a network may be its head, and must not be lost for another.
      let isWhole = weights.allSatisfy { $0.key.hasPrefix(prefix) || KeyDifference.isIgnored($0.key) }
      for family in Zoo.families {
        let keys = FamilyKeys(weights, tree, under: prefix, of: family)
        for architecture in keys.withHead(of: family) {
          guard let drawn = Drawn(architecture, keys, size) else { continue }
          if isWhole, let other = drawn.withForeignHead(keys) {
            return other.recognized(prefix, among: usual, isForced: false)
          }
          if drawn.difference.count < closest?.drawn.difference.count ?? .max { closest = (drawn, architecture) }
        }
      }
    }
    if let match = OrderRecognizer.match(weights) {
      let remark: Remark =
        "the keys are nobody's known ones; layers were told by their order and shapes, as those of \(match.architecture.spelling) keys"
      return RecognizedWeights(
        architecture: match.architecture, blueprint: match.blueprint, prefix: "", sourceKeys: match.sourceKeys,
        derived: usual.derived, remarks: usual.remarks,
        assumptions: [remark, match.architecture.ambiguity].compactMap(\.self) + match.architecture.assumptions)
    }
    if let closest, closest.drawn.isNear {
      let title = closest.architecture.variant?.title ?? type(of: closest.architecture).family
      throw unknown("the nearest is \(title)", closest.drawn.difference)
    }
    throw nearest(to: weights, tree, under: prefixes)
  }

  /// Takes the weights for those of a network of the zoo.
  /// - Parameter size: height and width of the images to draw it for; the published ones if it is `nil`.
  /// - Throws: ``ConversionError`` that says how the keys differ.
  package static func recognize(
    _ stored: Weights, as name: String, size: [Int]? = nil
  ) throws(ConversionError) -> RecognizedWeights {
    let entry = try Zoo.entry(named: name)
    let usual = UsualWeights(stored)
    let weights = usual.weights
    var closest: Drawn?
    let tree = WeightTree(weights)
    for prefix in KeyPrefix.candidates(in: weights.map(\.key)) {
      let inside = FamilyKeys(weights, tree, under: prefix, of: entry.familyType)
      for form in entry.forms(classes: entry.classes) {
        guard var drawn = Drawn(form, inside, size) else { continue }
        if let classes = drawn.classes(in: inside), classes != entry.classes,
          let other = entry.forms(classes: classes).first(where: {
            $0.spelling == form.spelling && ($0.deployedForm == nil) == (form.deployedForm == nil)
          }), let redrawn = Drawn(other, inside, size)
        {
          drawn = redrawn
        }
        if drawn.difference.isEmpty { return drawn.recognized(prefix, among: usual, isForced: true) }
        if let other = drawn.withForeignHead(inside) { return other.recognized(prefix, among: usual, isForced: true) }
        if drawn.difference.count < closest?.difference.count ?? .max { closest = drawn }
      }
    }
    let words = closest.map { ": \($0.difference)" } ?? ""
    throw ConversionError(.badInput, "the weights are not those of \(entry.title)\(words)")
  }

  private static func nearest(
    to weights: Weights, _ tree: WeightTree, under prefixes: [String]
  ) -> ConversionError {
    var best: (drawn: Drawn, title: String)?
    for prefix in prefixes {
      for entry in Zoo.entries {
        let keys = FamilyKeys(weights, tree, under: prefix, of: entry.familyType)
        for form in entry.forms(classes: entry.classes) where ZooIndex.isLikely(entry, form, for: keys.tree) {
          guard let drawn = Drawn(form, keys), drawn.isNear,
            drawn.difference.count < best?.drawn.difference.count ?? .max
          else { continue }
          best = (drawn, entry.title)
        }
      }
    }
    guard let best else {
      let shown = weights.prefix(3).map(\.key.quoted).joined(separator: ", ")
      return ConversionError(
        .unsupported,
        "no known architecture has keys like these \(weights.count) (\(shown), …)", remedy: .listArchitectures)
    }
    return unknown("the nearest is \(best.title)", best.drawn.difference)
  }

  private static func unknown(_ nearest: String, _ difference: KeyDifference) -> ConversionError {
    ConversionError(.unsupported, "no known architecture has exactly these keys and shapes; \(nearest): \(difference)")
  }
}
