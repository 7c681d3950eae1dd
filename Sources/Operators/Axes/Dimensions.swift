import CNNGraphs
import CNNTensors

extension Array where Element == Dimension {
  /// The product of the extents as one extent: a number, or the one symbol that stands among ones.
  package var folded: Dimension {
    if contains(.fixed(0)) { return 0 }
    let open = filter { $0.value == nil }
    guard let known = filter({ $0.value != nil }).product else { return .unknown }
    if open.isEmpty { return .fixed(known) }
    return open.count == 1 && known == 1 ? open[0] : .unknown
  }

  /// As many extents of which nothing is known; `nil` if the count is not known or absurd.
  package static func unknown(_ count: Int?) -> [Dimension]? {
    guard let count, count >= 0, count <= 64 else { return nil }
    return Array(repeating: .unknown, count: count)
  }
}

extension Dimension {
  /// This extent so many times over.
  package func times(_ factor: Dimension) throws -> Dimension {
    switch (self, factor) {
    case (.fixed(let a), .fixed(let b)):
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      guard !overflow else { throw OperatorError.limit("an extent of \(a) times \(b)") }
      return .fixed(product)
    case (_, .fixed(1)): return self
    case (.fixed(1), _): return factor
    default: return .unknown
    }
  }

  /// This extent made longer or, below zero, shorter.
  package func plus(_ count: Int) throws -> Dimension {
    guard count != 0 else { return self }
    guard let value else { return .unknown }
    let (sum, overflow) = value.addingReportingOverflow(count)
    guard !overflow else { throw OperatorError.limit("an extent of \(value) and \(count)") }
    return .fixed(sum)
  }
}
