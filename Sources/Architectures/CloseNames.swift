extension String {
  /// Names that begin with this one or, if there are none, differ from it by few edits; at most four, the closest
  /// first. Case, hyphens and underscores do not count.
  package func closest(among names: [String]) -> [String] {
    let wanted = lowercased().filter { $0 != "-" && $0 != "_" }
    guard !wanted.isEmpty, wanted.count <= 64 else { return [] }
    let plain = names.map { name in (name: name, plain: name.lowercased().filter { $0 != "-" && $0 != "_" }) }
    let longer = plain.filter { $0.plain.hasPrefix(wanted) }
    if !longer.isEmpty { return longer.prefix(4).map(\.name) }
    return plain.enumerated().map { (index: $0, name: $1.name, distance: wanted.editDistance(to: $1.plain)) }
      .filter { $0.distance <= max(2, $0.name.count / 3) }
      .sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }
      .prefix(4).map(\.name)
  }

  /// Levenshtein's distance: how many characters to insert, remove or replace.
  private func editDistance(to other: String) -> Int {
    let other = Array(other)
    var row = Array(0...other.count)
    for (i, character) in enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, opposite) in other.enumerated() {
        let replaced = diagonal + (character == opposite ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = Swift.min(replaced, diagonal + 1, row[j] + 1)
      }
    }
    return row[other.count]
  }
}
