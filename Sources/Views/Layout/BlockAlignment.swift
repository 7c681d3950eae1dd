/// Finds the horizontal place of each vertex: long lines are straight, and what belongs together stands below one another.
///
/// Brandes and Köpf, "Fast and Simple Horizontal Coordinate Assignment", 2002: vertices form blocks with their median
/// neighbours, once upwards and once downwards, from the left and from the right; the place is between the middle two of the
/// four. Blocks are pushed together along longest ways, which leaves no two vertices too close.
struct BlockAlignment {
  private let graph: RankedGraph
  private let items: [LayeredGraph.Item]
  private let positions: [Int]
  private var conflicts: Set<SIMD2<Int>> = []

  /// Room between two items, two lines, and an item and a line.
  private static let (itemGap, lineGap) = (24.0, 12.0)
  /// Room that a line takes on either side.
  private static let lineWidth = 1.0

  /// The places of all vertices, from 0 on for the leftmost edge.
  static func coordinates(_ graph: RankedGraph, _ items: [LayeredGraph.Item]) -> [Double] {
    var alignment = BlockAlignment(graph: graph, items: items, positions: graph.positions)
    alignment.markConflicts()
    return alignment.balanced()
  }

  private func left(_ vertex: Int) -> Double { graph.isWaypoint(vertex) ? Self.lineWidth : items[vertex].left }
  private func right(_ vertex: Int) -> Double { graph.isWaypoint(vertex) ? Self.lineWidth : items[vertex].right }

  private func distance(_ a: Int, _ b: Int) -> Double {
    let before = graph.isWaypoint(a) ? Self.lineGap : Self.itemGap
    let behind = graph.isWaypoint(b) ? Self.lineGap : Self.itemGap
    return right(a) + (before + behind) / 2 + left(b)
  }

  // MARK: Conflicts

  /// A line between two waypoints stays straight rather than one that crosses it.
  private mutating func markConflicts() {
    for (upper, lower) in zip(graph.order, graph.order.dropFirst()) {
      var (start, next) = (0, 0)
      for (index, vertex) in lower.enumerated() {
        let inner = graph.isWaypoint(vertex) ? graph.up[vertex].first { graph.isWaypoint($0) } : nil
        guard inner != nil || index == lower.count - 1 else { continue }
        let end = inner.map { positions[$0] } ?? upper.count
        while next <= index {
          for neighbour in graph.up[lower[next]] {
            let position = positions[neighbour]
            let isInner = graph.isWaypoint(neighbour) && graph.isWaypoint(lower[next])
            if position < start || position > end, !isInner { conflicts.insert(SIMD2(neighbour, lower[next])) }
          }
          next += 1
        }
        start = end
      }
    }
  }

  private func isInConflict(_ a: Int, _ b: Int) -> Bool {
    let isBelow = graph.ranks[a] > graph.ranks[b]
    return conflicts.contains(isBelow ? SIMD2(b, a) : SIMD2(a, b))
  }

  // MARK: Blocks

  /// The topmost (or bottommost) vertex of each vertex' block.
  private func roots(downwards: Bool, mirrored: Bool) -> [Int] {
    var roots = Array(0..<graph.vertexCount)
    var isTaken = [Bool](repeating: false, count: graph.vertexCount)
    let ranks = downwards ? graph.order : graph.order.reversed()
    for rank in ranks {
      var reached = -1
      for vertex in mirrored ? rank.reversed() : rank {
        let neighbours = downwards ? graph.up[vertex] : graph.down[vertex]
        guard !neighbours.isEmpty else { continue }
        let count = graph.order[graph.ranks[neighbours[neighbours.startIndex]]].count
        func place(_ vertex: Int) -> Int { mirrored ? count - 1 - positions[vertex] : positions[vertex] }
        let sorted = neighbours.sorted { place($0) < place($1) }
        for middle in Set([(sorted.count - 1) / 2, sorted.count / 2]).sorted() {
          let neighbour = sorted[middle]
          guard !isTaken[neighbour], reached < place(neighbour), !isInConflict(vertex, neighbour) else { continue }
          isTaken[neighbour] = true
          roots[vertex] = roots[neighbour]
          reached = place(neighbour)
          break
        }
      }
    }
    return roots
  }

  /// Places for all vertices, each block on one.
  private func compacted(_ roots: [Int], mirrored: Bool) -> [Double] {
    var edges: [(Int, Int, Double)] = []
    for rank in graph.order {
      for (a, b) in zip(rank, rank.dropFirst()) {
        let distance = distance(a, b)
        edges.append(mirrored ? (roots[b], roots[a], distance) : (roots[a], roots[b], distance))
      }
    }
    let after = Adjacency(count: graph.vertexCount, edges.enumerated().map { ($1.0, $0) })
    let before = Adjacency(count: graph.vertexCount, edges.enumerated().map { ($1.1, $0) })
    var open = [Int](repeating: 0, count: graph.vertexCount)
    for edge in edges { open[edge.1] += 1 }
    var sequence = roots.indices.filter { roots[$0] == $0 && open[$0] == 0 }
    var places = [Double](repeating: 0, count: graph.vertexCount)
    var next = 0
    while next < sequence.count {
      let block = sequence[next]
      next += 1
      places[block] = before[block].reduce(0) { max($0, places[edges[$1].0] + edges[$1].2) }
      for edge in after[block] {
        open[edges[edge].1] -= 1
        if open[edges[edge].1] == 0 { sequence.append(edges[edge].1) }
      }
    }
    // Then as far to the other side as the neighbours allow.
    for block in sequence.reversed() where !after[block].isEmpty {
      let most = after[block].reduce(Double.infinity) { min($0, places[edges[$1].1] - edges[$1].2) }
      places[block] = max(places[block], most)
    }
    return roots.map { mirrored ? -places[$0] : places[$0] }
  }

  // MARK: Balance

  private func balanced() -> [Double] {
    guard graph.vertexCount > 0 else { return [] }
    var layouts: [[Double]] = []
    for downwards in [true, false] {
      for mirrored in [false, true] {
        layouts.append(compacted(roots(downwards: downwards, mirrored: mirrored), mirrored: mirrored))
      }
    }
    let extents = layouts.map { places in
      (
        least: places.indices.reduce(Double.infinity) { min($0, places[$1] - left($1)) },
        most: places.indices.reduce(-Double.infinity) { max($0, places[$1] + right($1)) }
      )
    }
    let narrowest = extents.indices.min { extents[$0].most - extents[$0].least < extents[$1].most - extents[$1].least }
    let aim = extents[narrowest ?? 0]
    for index in layouts.indices {
      let shift = index % 2 == 0 ? aim.least - extents[index].least : aim.most - extents[index].most
      for vertex in layouts[index].indices { layouts[index][vertex] += shift }
    }
    let places = (0..<graph.vertexCount).map { vertex in
      let four = layouts.map { $0[vertex] }.sorted()
      return (four[1] + four[2]) / 2
    }
    let edge = places.indices.reduce(Double.infinity) { min($0, places[$1] - left($1)) }
    return places.map { ((($0 - edge) * 4).rounded()) / 4 }
  }
}
