/// A line for a terminal that is narrower: broken between words, what follows indented.
struct WrappedLine {
  let lines: [String]

  /// - Parameter width: the characters of a terminal's line; a longer word stays whole.
  init(_ line: String, width: Int) {
    guard line.count > width else {
      lines = [line]
      return
    }
    let indent = String(repeating: " ", count: min(line.prefix { $0 == " " }.count + 4, width / 2))
    var (lines, rest) = ([String](), line[...])
    while rest.count > width {
      let start = rest.prefix { $0 == " " }.count
      let head = rest.prefix(width + 1)
      // The last space that has a word before it; if there is none, the first one behind the long word.
      let place =
        head.lastIndex(of: " ").flatMap { rest.distance(from: rest.startIndex, to: $0) > start ? $0 : nil }
        ?? rest.dropFirst(start).firstIndex(of: " ")
      guard let place else { break }
      var part = rest[..<place]
      while part.last == " " { part.removeLast() }
      lines.append(String(part))
      rest = Substring(indent + rest[place...].drop { $0 == " " })
    }
    if rest.contains(where: { $0 != " " }) { lines.append(String(rest)) }
    self.lines = lines
  }
}
