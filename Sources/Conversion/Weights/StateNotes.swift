/// What a graph keeps of a state dict beside its tensors, as metadata, so that the way back loses nothing.
///
/// These are whose names the keys are, and how many batches the running statistics come from (`num_batches_tracked`).
struct StateNotes {
  /// The number of batches of each normalization.
  enum BatchCounts: Equatable {
    /// The state dict counts none.
    case none
    /// Every normalization has the same number, as scalars of 64 bits.
    case all(Int64)
    /// Not told: the model does not come from a state dict, or the counters are of an unusual kind.
    case unknown
    /// One number for each module.
    case each([String: Int64])
  }

  private static let spellingKey = "cnnconv.keys"
  private static let countsKey = "cnnconv.num_batches_tracked"
  static let counter = "num_batches_tracked"

  var spelling: String?
  var counts = BatchCounts.unknown

  init(_ weights: ImportedWeights) {
    spelling = weights.spelling
    var found: [String: Int64] = [:]
    for entry in weights.entries where entry.key.hasSuffix(".\(Self.counter)") {
      guard entry.tensor.shape.isEmpty, let count = try? entry.tensor.elements(as: Int64.self).first else { return }
      found[String(entry.key.dropLast(Self.counter.count + 1))] = count
    }
    let modules = weights.entries.filter { $0.key.hasSuffix(".running_mean") }.map { $0.key.dropLast(13) }
    let distinct = Set(found.values)
    if found.isEmpty {
      counts = .none
    } else if distinct.count == 1, let count = distinct.first, modules.allSatisfy({ found[String($0)] != nil }) {
      counts = .all(count)
    } else {
      counts = .each(found)
    }
  }

  init(_ metadata: ModelMetadata) {
    spelling = metadata.property(Self.spellingKey)
    guard let text = metadata.property(Self.countsKey) else { return }
    if text == "none" {
      counts = .none
    } else if let count = Int64(text) {
      counts = .all(count)
    } else {
      let pairs = text.split(separator: ";").compactMap { part -> (String, Int64)? in
        guard let sign = part.lastIndex(of: "="), let count = Int64(part[part.index(after: sign)...]) else {
          return nil
        }
        return (String(part[..<sign]), count)
      }
      counts = .each(Dictionary(pairs, uniquingKeysWith: { $1 }))
    }
  }

  func write(to metadata: inout ModelMetadata) {
    metadata.setProperty(Self.spellingKey, spelling)
    let text: String? =
      switch counts {
      case .none: "none"
      case .all(let count): String(count)
      case .each(let counts): counts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ";")
      case .unknown: nil
      }
    metadata.setProperty(Self.countsKey, text)
  }

  /// The number of a module; `nil` if the state dict has none.
  func count(of module: String) -> Int64? {
    switch counts {
    case .none: nil
    case .all(let count): count
    case .each(let counts): counts[module]
    case .unknown: 0
    }
  }
}
