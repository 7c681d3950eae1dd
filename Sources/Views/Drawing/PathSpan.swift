/// Several module paths as one name: `layer1.1` and `layer1.2` are `layer1.1–2`.
enum PathSpan {
  static func text(_ paths: [[String]]) -> String {
    guard let first = paths.first, let last = paths.last, paths.allSatisfy({ !$0.isEmpty }) else { return "" }
    if paths.allSatisfy({ $0 == first }) { return first.joined(separator: ".") }
    guard first.count == last.count else { return "" }
    let differing = first.indices.filter { first[$0] != last[$0] }
    guard differing.count == 1, let index = differing.first else {
      return first.joined(separator: ".") + " … " + last.joined(separator: ".")
    }
    // Of names such as `denselayer1` and `denselayer6` the number alone is told again.
    let stem = first[index].prefix { !$0.isNumber }
    let end = last[index].hasPrefix(stem) ? last[index].dropFirst(stem.count) : last[index][...]
    var parts = first
    parts[index] += "–\(end)"
    return parts.joined(separator: ".")
  }
}
