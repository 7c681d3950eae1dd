import CNNGraphs
import CNNTensors

extension [Dimension] {
  /// True if both are surely the same extents: the same numbers and symbols.
  package func isSurely(_ other: [Dimension]?) -> Bool { self == other && !contains(.unknown) }

  /// True if a tensor of these extents, having the elements of one of the other, surely has the other's extents: one
  /// axis may be unknown if the rest leaves no choice.
  package func isSurelySameSize(as other: [Dimension]?) -> Bool {
    guard let other, other.count == count else { return false }
    let open = indices.filter { self[$0] != other[$0] || self[$0] == .unknown }
    if open.isEmpty { return true }
    return open.count == 1 && indices.allSatisfy { $0 == open[0] || (self[$0].value ?? 0) > 0 }
  }

  /// What a `Reshape` of an input of shape `data` writes for a target of which these entries are known: 0 for an extent
  /// that stays, -1 for the one that is left; `nil` if that cannot say it.
  ///
  /// -1 stands beside no extent that may be 0, because then anything would fit it.
  package func target(from data: [Dimension]?, allowsZero: Bool = false) -> [Int64]? {
    var isFree = contains(-1)
    var result: [Int64] = []
    for (axis, entry) in enumerated() {
      let own = data.flatMap { axis < $0.count ? $0[axis] : nil }
      switch entry {
      case .fixed(let value): result.append(Int64(value))
      case .symbol where !allowsZero && own == entry: result.append(0)
      default:
        let others = indices.filter { $0 != axis }.allSatisfy { index in
          if self[index] == 0, !allowsZero { return data.flatMap { index < $0.count ? $0[index].value : nil } ?? 0 > 0 }
          return (self[index].value ?? 0) > 0
        }
        guard !isFree, others else { return nil }
        isFree = true
        result.append(-1)
      }
    }
    return result
  }
}
