/// A pattern for names: `*` stands for any characters, `?` for one, everything else for itself.
public struct NamePattern: Sendable {
  private let pattern: [Character]

  /// A pattern.
  public init(_ pattern: String) { self.pattern = Array(pattern) }

  /// True if a whole name is like the pattern.
  public func matches(_ name: String) -> Bool {
    let name = Array(name)
    // Where to go on if the last star takes one character more.
    var (i, j, star, mark) = (0, 0, -1, 0)
    while i < name.count {
      if j < pattern.count, pattern[j] == "*" {
        (star, mark) = (j, i)
        j += 1
      } else if j < pattern.count, pattern[j] == "?" || pattern[j] == name[i] {
        (i, j) = (i + 1, j + 1)
      } else if star >= 0 {
        mark += 1
        (i, j) = (mark, star + 1)
      } else {
        return false
      }
    }
    return pattern[j...].allSatisfy { $0 == "*" }
  }
}
