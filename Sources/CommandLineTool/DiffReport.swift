import CNNConv

/// The differences of two files as `cnnconv diff` prints them.
struct DiffReport: Encodable {
  struct Tensor: Encodable {
    let type: String
    let shape: [Int]
  }

  struct Change: Encodable {
    let name: String
    let otherName: String?
    let kind: String
    let before: Tensor?
    let after: Tensor?
    let differing: Int?
    let maxAbsDifference: Double?
    let index: [Int]?

    private enum CodingKeys: String, CodingKey {
      case name
      case otherName = "other_name"
      case kind, before, after, differing
      case maxAbsDifference = "max_abs_difference"
      case index
    }
  }

  let first: String
  let second: String
  let agrees: Bool
  let equal: Int
  /// The network under whose keys tensors were matched; absent if it was by the files' own names.
  let matchedAs: String?
  let changes: [Change]

  private enum CodingKeys: String, CodingKey {
    case first, second, agrees, equal
    case matchedAs = "matched_as"
    case changes
  }

  init(_ comparison: WeightsComparison, _ first: String, _ second: String) {
    (self.first, self.second) = (first, second)
    (agrees, equal) = (comparison.agrees, comparison.equalCount)
    if case .keys(let title) = comparison.matching { matchedAs = title } else { matchedAs = nil }
    changes = comparison.changes.map { change in
      Change(
        name: change.name, otherName: change.otherName, kind: change.kind.rawValue,
        before: change.before.map(Tensor.init), after: change.after.map(Tensor.init),
        differing: change.difference?.count, maxAbsDifference: change.difference?.largest,
        index: change.difference?.index)
    }
  }

  /// A line for each difference, and the sums.
  var text: String {
    var lines: [String] = []
    if let matchedAs { lines.append("matched by the keys of \(matchedAs)") }
    lines += changes.map(\.text)
    let kinds = ["added", "gone", "reshaped", "retyped", "changed", "renamed"].compactMap { kind -> String? in
      let count = changes.count { $0.kind == kind }
      return count == 0 ? nil : "\(count) \(kind)"
    }
    lines.append((["\(equal) equal"] + kinds).joined(separator: ", "))
    return lines.joined(separator: "\n")
  }
}

extension DiffReport.Tensor {
  init(_ tensor: CNNConv.Tensor) { self.init(type: "\(tensor.elementType)", shape: tensor.shape) }
}

extension DiffReport.Change {
  var text: String {
    let old = before.map { "\($0.type)\($0.shape)" } ?? ""
    let new = after.map { "\($0.type)\($0.shape)" } ?? ""
    let what =
      switch kind {
      case "added": new
      case "gone": old
      case "renamed": "\(old) is \((otherName ?? "").printable)"
      case "changed": old
      default: "\(old) is \(new)"
      }
    return (["\(kind)  \(name.printable)  \(what)", distance]).compactMap(\.self).joined(separator: ": ")
  }

  private var distance: String? {
    guard let differing, let maxAbsDifference, let index else { return nil }
    if differing == 0 { return "in bits alone" }
    let elements = differing == 1 ? "1 element differs" : "\(differing) elements differ"
    return "\(elements), by up to \(maxAbsDifference) at \(index)"
  }
}
