/// Orders the vertices of each rank so that few lines cross: sweeps down and up in which each vertex goes to the median of its
/// neighbours, of which the best one counts.
///
/// Gansner, Koutsofios, North and Vo, "A Technique for Drawing Directed Graphs", 1993; crossings are counted as in Barth, Mutzel
/// and Jünger, "Simple and Efficient Bilayer Cross Counting", 2004.
struct CrossingReduction {
  private var graph: RankedGraph
  private var positions: [Int]

  /// Sweeps without an improvement after which the search ends.
  private static let patience = 4
  /// Vertices that all sweeps together may look at.
  private static let budget = 4_000_000

  /// The graph with its ranks in order.
  static func reduce(_ graph: RankedGraph) -> RankedGraph {
    var reduction = CrossingReduction(graph: graph, positions: graph.positions)
    return reduction.run()
  }

  private mutating func run() -> RankedGraph {
    orderByDescent()
    var (best, fewest, failures) = (graph.order, crossings(), 0)
    let sweeps = min(24, max(4, Self.budget / max(1, graph.vertexCount)))
    for sweep in 0..<sweeps where fewest > 0 && failures < Self.patience {
      move(downwards: sweep % 2 == 0)
      let count = crossings()
      if count < fewest {
        (best, fewest, failures) = (graph.order, count, 0)
      } else {
        failures += 1
      }
    }
    graph.order = best
    return graph
  }

  /// A first order: vertices in the order in which a walk from the left reaches them.
  private mutating func orderByDescent() {
    var isSeen = [Bool](repeating: false, count: graph.vertexCount)
    var order = [[Int]](repeating: [], count: graph.order.count)
    for start in graph.order.joined() where graph.up[start].isEmpty {
      var stack = [start]
      while let vertex = stack.popLast() {
        guard !isSeen[vertex] else { continue }
        isSeen[vertex] = true
        order[graph.ranks[vertex]].append(vertex)
        stack += graph.down[vertex].reversed()
      }
    }
    graph.order = order
    positions = graph.positions
  }

  private mutating func move(downwards: Bool) {
    let ranks = downwards ? Array(graph.order.indices.dropFirst()) : graph.order.indices.dropLast().reversed()
    for rank in ranks {
      let vertices = graph.order[rank]
      var medians: [(vertex: Int, median: Double)] = []
      for vertex in vertices {
        if let median = median(downwards ? graph.up[vertex] : graph.down[vertex]) { medians.append((vertex, median)) }
      }
      // Equal ones keep their order, and those without a neighbour their place.
      let sorted = medians.enumerated().sorted {
        $0.element.median != $1.element.median ? $0.element.median < $1.element.median : $0.offset < $1.offset
      }
      var moved = sorted.map(\.element.vertex)[...]
      let movable = Set(moved)
      graph.order[rank] = vertices.map { movable.contains($0) ? moved.removeFirst() : $0 }
      for (position, vertex) in graph.order[rank].enumerated() { positions[vertex] = position }
    }
  }

  /// The weighted median of the neighbours' positions; `nil` if there are none.
  private func median(_ neighbours: ArraySlice<Int>) -> Double? {
    let places = neighbours.map { positions[$0] }.sorted()
    guard let first = places.first, let last = places.last else { return nil }
    let middle = places.count / 2
    if places.count % 2 == 1 { return Double(places[middle]) }
    if places.count == 2 { return Double(first + last) / 2 }
    let (left, right) = (places[middle - 1] - first, last - places[middle])
    guard left + right > 0 else { return Double(places[middle - 1] + places[middle]) / 2 }
    return Double(places[middle - 1] * right + places[middle] * left) / Double(left + right)
  }

  private func crossings() -> Int {
    graph.order.dropLast().indices.reduce(0) { $0 + crossings(below: $1) }
  }

  /// The pairs of lines between two ranks that cross.
  private func crossings(below rank: Int) -> Int {
    var size = 1
    while size < graph.order[rank + 1].count { size *= 2 }
    var tree = [Int](repeating: 0, count: 2 * size)
    var count = 0
    for vertex in graph.order[rank] {
      for position in graph.down[vertex].map({ positions[$0] }).sorted() {
        var index = position + size
        tree[index] += 1
        while index > 1 {
          if index % 2 == 0 { count += tree[index + 1] }
          index /= 2
          tree[index] += 1
        }
      }
    }
    return count
  }
}
