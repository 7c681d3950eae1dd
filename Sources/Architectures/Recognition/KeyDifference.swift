/// How the keys of a state dict differ from those of a network.
package struct KeyDifference: Sendable, Equatable {
  /// A weight of another shape.
  package struct Reshaped: Sendable, Equatable {
    package let key: String
    package let expected: [Int]
    package let found: [Int]
  }

  /// Keys that the network needs and the state dict does not have, in the order of the drawing.
  package private(set) var missing: [String] = []
  /// Keys that the state dict has and the network does not know, in its order.
  package private(set) var unexpected: [String] = []
  /// Keys of another shape, in the order of the drawing.
  package private(set) var reshaped: [Reshaped] = []
  /// Keys that only serve training.
  package private(set) var trainingOnly: [String] = []
  /// Keys that are as they should be.
  package private(set) var matching = 0

  /// Compares.
  /// - Parameter trainingOnly: prefixes of modules that are not drawn.
  init(of weights: FamilyKeys, from expected: [WeightDescription], trainingOnly: [String] = []) {
    let known = Set(expected.lazy.map(\.key))
    for weight in expected {
      guard let shape = weights.shape(of: weight.key) else {
        missing.append(weight.key)
        continue
      }
      if shape == weight.shape {
        matching += 1
      } else {
        reshaped.append(Reshaped(key: weight.key, expected: weight.shape, found: shape))
      }
    }
    for (key, _) in weights.entries where !known.contains(key) && !Self.isIgnored(key) {
      if trainingOnly.contains(where: { key.hasPrefix($0) }) {
        self.trainingOnly.append(key)
      } else {
        unexpected.append(key)
      }
    }
  }

  /// True if every weight is there, has its shape, and nothing is left over.
  package var isEmpty: Bool { count == 0 }
  /// How many keys differ.
  package var count: Int { missing.count + unexpected.count + reshaped.count }

  /// True for what inference never needs: the number of batches that a normalization's statistics come from, and tables
  /// that follow from a network's extents.
  package static func isIgnored(_ key: String) -> Bool {
    let name = key.lastIndex(of: ".").map { key[key.index(after: $0)...] } ?? key[...]
    return ignored.contains(name)
  }

  private static let ignored: Set<Substring> = [
    "num_batches_tracked", "relative_position_index", "relative_coords_table", "attn_mask",
  ]
}

extension KeyDifference: CustomStringConvertible {
  /// What is missing, left over and of another shape, a few keys of each.
  package var description: String {
    func list(_ keys: [String], _ words: String) -> String? {
      guard !keys.isEmpty else { return nil }
      let shown = keys.prefix(3).map(\.quoted).joined(separator: ", ")
      return "\(keys.count) \(words) (\(shown)\(keys.count > 3 ? ", …" : ""))"
    }
    let shapes = reshaped.prefix(3).map { "\($0.key.quoted) is \($0.found), not \($0.expected)" }
      .joined(separator: ", ")
    let parts = [
      list(missing, "missing"), list(unexpected, "unexpected"),
      reshaped.isEmpty ? nil : "\(reshaped.count) of another shape (\(shapes)\(reshaped.count > 3 ? ", …" : ""))",
    ].compactMap(\.self)
    return parts.isEmpty ? "no difference" : parts.joined(separator: "; ")
  }
}
