extension String {
  /// The text itself, or with `_1`, `_2` and so on behind it if it is taken.
  ///
  /// Of n names with one stem, each is found after about 2 · log₂ n questions. Numbers without gaps are continued; a
  /// number is free if the one before it is not.
  package func unique(isTaken: (String) -> Bool) -> String {
    guard isTaken(self) else { return self }
    var (taken, free) = (0, 1)
    while isTaken("\(self)_\(free)") { (taken, free) = (free, free * 2) }
    while free - taken > 1 {
      let middle = (taken + free) / 2
      if isTaken("\(self)_\(middle)") { taken = middle } else { free = middle }
    }
    return "\(self)_\(free)"
  }
}
