/// What stands before all keys of a network because it was wrapped: `module.` (DataParallel), `_orig_mod.`
/// (torch.compile), `model.`, `backbone.`, `net.` and whatever else a class named its network.
enum KeyPrefix {
  private static let deepest = 6

  /// The prefixes under which a network may lie, the empty one first, each the usual first component behind the last.
  static func candidates(in keys: [String]) -> [String] {
    var candidates = [""]
    var prefix = ""
    for _ in 0..<deepest {
      let rests = keys.lazy.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
      var counts: [Substring: Int] = [:]
      var total = 0
      for rest in rests {
        total += 1
        guard let dot = rest.firstIndex(of: ".") else { continue }
        counts[rest[...dot], default: 0] += 1
      }
      // Ties cannot be decided by counting; the names' order keeps the choice the same in every run.
      guard let best = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), 2 * best.value > total else {
        break
      }
      prefix += best.key
      candidates.append(prefix)
    }
    return candidates
  }
}
