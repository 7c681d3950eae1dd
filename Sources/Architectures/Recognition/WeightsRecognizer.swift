import CNNGraphs

/// Tells from the keys and shapes of a state dict which network they are the weights of.
package enum WeightsRecognizer {
  /// The keys and shapes of a state dict in its order.
  package typealias Weights = [(key: String, shape: [Int])]

  /// Recognizes a network.
  /// - Throws: ``ConversionError`` of code `unsupported` that names the nearest network and how it differs.
  package static func recognize(_ weights: Weights) throws(ConversionError) -> RecognizedWeights {
    var closest: (drawn: Drawn, architecture: any Architecture)?
    let tree = WeightTree(weights)
    let prefixes = KeyPrefix.candidates(in: weights.map(\.key))
    for prefix in prefixes {
      for family in Zoo.families {
        let keys = FamilyKeys(weights, tree, under: prefix, of: family)
        guard let architecture = family.init(reading: keys.tree), let drawn = Drawn(architecture, keys) else {
          continue
        }
        if drawn.difference.isEmpty { return drawn.recognized(architecture, prefix, among: weights, isForced: false) }
        if drawn.difference.count < closest?.drawn.difference.count ?? .max { closest = (drawn, architecture) }
      }
    }
    if let match = OrderRecognizer.match(weights) {
      let remark: Remark =
        "the keys are nobody's known ones; layers were told by their order and shapes, as those of \(match.architecture.spelling) keys"
      return RecognizedWeights(
        architecture: match.architecture, blueprint: match.blueprint, prefix: "", sourceKeys: match.sourceKeys,
        remarks: [remark, match.architecture.ambiguity].compactMap(\.self))
    }
    if let closest, closest.drawn.isNear {
      let title = closest.architecture.variant?.title ?? type(of: closest.architecture).family
      throw unknown("the nearest is \(title)", closest.drawn.difference)
    }
    throw nearest(to: weights, tree, under: prefixes)
  }

  /// Takes the weights for those of a network of the zoo.
  /// - Throws: ``ConversionError`` that says how the keys differ.
  package static func recognize(_ weights: Weights, as name: String) throws(ConversionError) -> RecognizedWeights {
    let entry = try Zoo.entry(named: name)
    var closest: Drawn?
    let tree = WeightTree(weights)
    for prefix in KeyPrefix.candidates(in: weights.map(\.key)) {
      let inside = FamilyKeys(weights, tree, under: prefix, of: entry.familyType)
      for form in entry.forms(classes: entry.classes) {
        guard var drawn = Drawn(form, inside) else { continue }
        var architecture = form
        if let classes = drawn.classes(in: inside), classes != entry.classes,
          let other = entry.forms(classes: classes).first(where: {
            $0.spelling == form.spelling && ($0.deployedForm == nil) == (form.deployedForm == nil)
          }), let redrawn = Drawn(other, inside)
        {
          (drawn, architecture) = (redrawn, other)
        }
        if drawn.difference.isEmpty { return drawn.recognized(architecture, prefix, among: weights, isForced: true) }
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
        for form in entry.forms(classes: entry.classes) where FamilyOutlines.isLikely(form, for: keys.tree) {
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

/// A drawing beside the weights it may be of.
private struct Drawn {
  let blueprint: Blueprint
  let difference: KeyDifference
  let sourceKeys: [String: String]

  /// Draws a network, with as many input channels as its first convolution has in `weights`.
  init?(_ architecture: any Architecture, _ weights: FamilyKeys) {
    let name = architecture.variant?.name ?? type(of: architecture).family.lowercased()
    guard var blueprint = try? NetworkBuilder.blueprint(of: architecture, name: name) else { return nil }
    if let channels = blueprint.inputChannels(in: weights), channels != architecture.inputShape[0],
      let other = try? NetworkBuilder.blueprint(
        of: architecture, inputShape: [channels] + architecture.inputShape.dropFirst(), name: name)
    {
      blueprint = other
    }
    self.blueprint = blueprint
    difference = KeyDifference(
      of: weights, from: blueprint.weights, trainingOnly: type(of: architecture).trainingOnly)
    sourceKeys = weights.sources
  }

  /// True if most of the network is there.
  var isNear: Bool { difference.matching > 0 && 2 * difference.matching >= blueprint.weights.count }

  /// The number of classes that the last layer has in `weights`.
  func classes(in weights: FamilyKeys) -> Int? {
    guard let last = blueprint.weights.last(where: { $0.role == .weight }),
      let found = weights.shape(of: last.key)?.first, ZooEntry.possibleClasses.contains(found)
    else { return nil }
    return found
  }

  func recognized(
    _ architecture: any Architecture, _ prefix: String, among weights: WeightsRecognizer.Weights, isForced: Bool
  ) -> RecognizedWeights {
    var remarks: [Remark] = []
    if !prefix.isEmpty {
      remarks.append("the prefix \(prefix.quoted) was taken off the keys")
      let outside = weights.lazy.filter { !$0.key.hasPrefix(prefix) && !KeyDifference.isIgnored($0.key) }.map(\.key)
      if let first = outside.first {
        remarks.append(
          "\(outside.count) tensors outside of it are left out (\(first.quoted)\(outside.count > 1 ? ", …" : ""))")
      }
    }
    let older = sourceKeys.keys.lazy.filter { !KeyDifference.isIgnored($0) }.count
    if older > 0 { remarks.append("\(older) keys have the names of an older release") }
    if let first = difference.trainingOnly.first {
      let count = difference.trainingOnly.count
      remarks.append("\(count) tensors only serve training and are left out (\(first.quoted), …)")
    }
    if !isForced, let ambiguity = architecture.ambiguity { remarks.append(ambiguity) }
    return RecognizedWeights(
      architecture: architecture, blueprint: blueprint, prefix: prefix, sourceKeys: sourceKeys, remarks: remarks)
  }
}

extension Blueprint {
  /// The channels that the convolution at the network's input has in `weights`.
  fileprivate func inputChannels(in weights: FamilyKeys) -> Int? {
    guard let input = graph.inputs.first, let first = graph.nodes.first(where: { $0.inputs.first == input }),
      first.inputs.count > 1, let weight = first.inputs[1]
    else { return nil }
    guard let shape = weights.shape(of: graph[weight].name), shape.count == 4, 1...4096 ~= shape[1] else { return nil }
    return shape[1]
  }
}
