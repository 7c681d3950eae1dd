/// The weights of a state dict that lie under a prefix, without it and under the names that a family gives them today.
///
/// It costs nothing beyond the state dict's own tree unless the family has renamed keys.
struct FamilyKeys {
  /// The keys as a tree of modules.
  let tree: WeightTree
  /// For each key that has another name today the one it was found under.
  let sources: [String: String]
  private let weights: WeightsRecognizer.Weights
  private let prefix: String

  /// - Parameter tree: of all weights.
  init(
    _ weights: WeightsRecognizer.Weights, _ tree: WeightTree, under prefix: String,
    of family: any Architecture.Type
  ) {
    let inside = tree.under(prefix)
    guard let family = family as? any RenamedArchitecture.Type, family.mayHaveOlderKeys(inside) else {
      (self.weights, self.prefix, self.tree, sources) = (weights, prefix, inside, [:])
      return
    }
    var sources: [String: String] = [:]
    let renamed = weights.inside(prefix).map { key, shape in
      let name = family.renamed(key)
      if name != key { sources[name] = key }
      return (key: name, shape: shape)
    }
    (self.weights, self.prefix, self.tree, self.sources) = (renamed, "", WeightTree(renamed), sources)
  }

  /// What a network of the family is read as if its head is taken for granted, in each spelling.
  func withHead(of family: any Architecture.Type) -> [any Architecture] {
    family.headModules.compactMap { modules in
      tree.pretending(modules).flatMap { family.init(reading: $0) as (any Architecture)? }
    }
  }

  /// The weights in the state dict's order.
  var entries: some Sequence<(key: String, shape: [Int])> { weights.inside(prefix) }

  /// The shape of a weight.
  func shape(of key: String) -> [Int]? { tree.whole(key) }
}

extension WeightsRecognizer.Weights {
  /// What lies under a prefix, without it.
  fileprivate func inside(_ prefix: String) -> some Sequence<(key: String, shape: [Int])> {
    lazy.filter { $0.key.hasPrefix(prefix) }.map { weight in
      (key: prefix.isEmpty ? weight.key : String(weight.key.dropFirst(prefix.count)), shape: weight.shape)
    }
  }
}
