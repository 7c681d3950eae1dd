import CNNGraphs

/// Colors of the layers of a graph and of a drawing: layers in equal surroundings have equal colors.
///
/// This is Weisfeiler and Lehman's refinement for graphs without cycles. One sweep forward hashes a layer's color with
/// those of all layers before it; one sweep back does so with those of all layers behind it. Equal graphs have equal
/// colors. Where a collision of hashes would matter, the result is checked.
struct LayerColors {
  /// Ways that may be looked at, a layer itself counting for some: a fraction of a second.
  private static let effortLimit = 1 << 26

  /// The edges of one direction, those of a layer behind one another.
  private struct Edges {
    var starts: [Int] = [0]
    var ends: [(layer: Int, way: UInt64)] = []

    subscript(layer: Int) -> ArraySlice<(layer: Int, way: UInt64)> { ends[starts[layer]..<starts[layer + 1]] }

    init(_ lists: [[(layer: Int, way: UInt64)]]) {
      for list in lists {
        ends += list
        starts.append(ends.count)
      }
    }
  }

  /// Layers that stand alike.
  struct Tie {
    let found: [Int]
    let drawn: [Int]
  }

  /// The number of layers of the graph; those of the drawing, as many, stand behind them.
  let count: Int
  private(set) var colors: [UInt64]
  private let before: Edges
  private let behind: Edges
  private var effort = 0
  private var fresh: UInt64 = 0

  /// - Parameters:
  ///   - forms: a number for each layer's form, those of both graphs behind one another.
  ///   - arrivals: the ways that lead into each layer.
  init(forms: [Int], arrivals: [[LayerPath]]) {
    count = forms.count / 2
    colors = forms.map { Self.mixed(UInt64($0)) }
    var lists = (before: arrivals.map { _ in [(layer: Int, way: UInt64)]() }, behind: [[(layer: Int, way: UInt64)]]())
    lists.behind = lists.before
    for (layer, paths) in arrivals.enumerated() {
      for path in paths {
        let source = path.layer + (layer < count ? 0 : count)
        lists.before[layer].append((source, Self.mixed(path.way)))
        lists.behind[source].append((layer, Self.mixed(path.way)))
      }
    }
    (before, behind) = (Edges(lists.before), Edges(lists.behind))
  }

  /// True if both graphs have the same colors, each as often.
  var agree: Bool { colors[..<count].sorted() == colors[count...].sorted() }

  /// The layers of each color that more than one layer of a graph has, in the drawing's order.
  var ties: [Tie] {
    let found = Dictionary(grouping: 0..<count) { colors[$0] }
    let drawn = Dictionary(grouping: count..<2 * count) { colors[$0] }
    return drawn.filter { $0.value.count > 1 }.map { Tie(found: found[$0.key] ?? [], drawn: $0.value) }
      .sorted { $0.drawn[0] < $1.drawn[0] }
  }

  /// The first layer of the graph with a color that the drawing does not have, or not as often.
  var firstStranger: Int? {
    var left: [UInt64: Int] = [:]
    for color in colors[count...] { left[color, default: 0] += 1 }
    return (0..<count).first { layer in
      left[colors[layer], default: 0] -= 1
      return left[colors[layer], default: 0] < 0
    }
  }

  /// Gives a layer of each graph a color that no other has.
  mutating func single(out found: Int, _ drawn: Int) {
    fresh += 1
    let color = Self.mixed(Self.mixed(fresh) ^ 0x5851_F42D_4C95_7F2D)
    (colors[found], colors[drawn]) = (color, color)
  }

  /// Refines until no more layers can be told apart.
  /// - Throws: ``ConversionError`` of code `limit` if that takes too long.
  mutating func refine() throws(ConversionError) {
    var distinct = 0
    while true {
      let found = Set(colors[count...]).count
      guard found > distinct else { return }
      distinct = found
      sweepForward()
      sweepBack()
      effort += 32 * colors.count + 2 * before.ends.count
      guard effort <= Self.effortLimit else {
        throw ConversionError(.limit, "its layers are too much alike to be compared with known networks")
      }
    }
  }

  /// Each layer takes in what leads to it.
  mutating func sweepForward() {
    for layer in 0..<colors.count { colors[layer] = color(of: layer, among: before) }
  }

  /// Each layer takes in what it leads to.
  mutating func sweepBack() {
    for layer in (0..<colors.count).reversed() { colors[layer] = color(of: layer, among: behind) }
  }

  private func color(of layer: Int, among edges: Edges) -> UInt64 {
    var sum: UInt64 = 0
    for neighbor in edges[layer] { sum &+= Self.mixed(colors[neighbor.layer] ^ neighbor.way) }
    return Self.mixed(colors[layer] &+ 3 &* Self.mixed(sum))
  }

  private static func mixed(_ number: UInt64) -> UInt64 {
    var z = number &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
