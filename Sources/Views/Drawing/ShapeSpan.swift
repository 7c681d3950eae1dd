import CNNGraphs

/// The shapes of one value, or of all that a box stands for: extents that differ become a span.
struct ShapeSpan: Hashable {
  private enum Extent: Hashable {
    case span(Int, Int)
    case name(String)
  }

  /// `nil` if the shapes have nothing in common.
  private var extents: [Extent]?

  init(_ type: ValueType?) {
    extents = type?.tensor?.shape?.map { dimension in
      dimension.value.map { .span($0, $0) } ?? .name(dimension.description.printable.shortened(to: 8))
    }
  }

  mutating func merge(_ other: ShapeSpan) {
    guard let own = extents, let others = other.extents, own.count == others.count else {
      extents = nil
      return
    }
    extents = zip(own, others).map { a, b in
      switch (a, b) {
      case (.span(let a, let b), .span(let c, let d)): .span(min(a, c), max(b, d))
      case (.name(let a), .name(let b)) where a == b: .name(a)
      default: .name("?")
      }
    }
  }

  /// Such as `1×64…256×56×56`; empty if nothing is known.
  var text: String {
    guard let extents else { return "" }
    if extents.isEmpty { return "scalar" }
    let shown = extents.count > 6 ? extents.prefix(6) : extents[...]
    return shown.map { extent in
      switch extent {
      case .span(let a, let b): a == b ? "\(a)" : "\(a)…\(b)"
      case .name(let name): name
      }
    }.joined(separator: "×") + (extents.count > 6 ? "×…" : "")
  }
}
