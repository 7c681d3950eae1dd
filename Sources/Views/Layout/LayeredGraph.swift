/// Items that are to be placed on ranks, one below the other, and the lines between them. A line leads to a later item.
struct LayeredGraph {
  /// Where an item has to stand.
  enum Pin { case none, first, last }

  /// What takes room.
  struct Item {
    /// From the point that lines meet to the left edge.
    var left: Double
    /// From the point that lines meet to the right edge.
    var right: Double
    var height: Double
    var pin = Pin.none
  }

  /// A line.
  struct Link: Hashable {
    var from: Int
    var to: Int
    /// Lines of the same item and source share their way as far as they can.
    var source: Int
    /// Where the line begins, right of the point that lines meet.
    var fromOffset = 0.0
    /// Where the line ends, right of the point that lines meet.
    var toOffset = 0.0
  }

  var items: [Item]
  var links: [Link]

  /// The rank of each item: below all items that lead to it. What nothing leads to stands right above its first reader.
  func ranks() -> [Int] {
    var (ranks, first) = ([Int](repeating: 0, count: items.count), [Int](repeating: .max, count: items.count))
    var isReached = [Bool](repeating: false, count: items.count)
    let start = items.contains { $0.pin == .first } ? 1 : 0
    for index in items.indices where items[index].pin != .first { ranks[index] = start }
    for link in links.sorted(by: { $0.from < $1.from }) {
      precondition(link.from < link.to, "a line leads to a later item")
      ranks[link.to] = max(ranks[link.to], ranks[link.from] + 1)
      isReached[link.to] = true
    }
    for link in links { first[link.from] = min(first[link.from], ranks[link.to]) }
    for index in items.indices where !isReached[index] && items[index].pin == .none && first[index] < .max {
      ranks[index] = max(ranks[index], first[index] - 1)
    }
    let last = (ranks.max() ?? 0)
    let free = items.indices.filter { items[$0].pin != .last }.map { ranks[$0] }.max() ?? 0
    for index in items.indices where items[index].pin == .last { ranks[index] = max(free + 1, last) }
    return ranks
  }
}
