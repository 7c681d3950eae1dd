/// A layered graph in which each line leads from one rank to the next: a longer one passes through waypoints, which take room
/// as items do.
struct RankedGraph {
  /// The lines of one source, which part only where they must.
  struct Trunk {
    let from: Int
    let fromOffset: Double
    let source: Int
    /// A vertex on each rank below the item's, as far as it is needed.
    let waypoints: [Int]
    /// The items that the lines end at, and where.
    let ends: [(to: Int, offset: Double)]
  }

  /// Vertices below this are items, the others waypoints.
  let itemCount: Int
  let vertexCount: Int
  /// The rank of each vertex.
  let ranks: [Int]
  let trunks: [Trunk]
  /// Neighbours on the rank above.
  let up: Adjacency
  /// Neighbours on the rank below.
  let down: Adjacency
  /// The vertices of each rank from left to right.
  var order: [[Int]]

  /// - Throws: ``LayeredLayout/TooLarge`` if there are more vertices than allowed.
  init(_ graph: LayeredGraph, limit: Int) throws(LayeredLayout.TooLarge) {
    var ranks = graph.ranks()
    var groups: [[LayeredGraph.Link]] = []
    var positions: [SIMD2<Int>: Int] = [:]
    var seen: Set<SIMD4<Int>> = []
    for link in graph.links where seen.insert(SIMD4(link.from, link.source, link.to, Int(link.toOffset * 8))).inserted {
      let key = SIMD2(link.from, link.source)
      if let position = positions[key] {
        groups[position].append(link)
      } else {
        positions[key] = groups.count
        groups.append([link])
      }
    }
    var (above, below): ([(Int, Int)], [(Int, Int)]) = ([], [])
    func connect(_ upper: Int, _ lower: Int) {
      below.append((upper, lower))
      above.append((lower, upper))
    }
    var trunks: [Trunk] = []
    for group in groups {
      let from = group[0].from
      let last = group.reduce(0) { max($0, ranks[$1.to]) }
      let waypoints = Array(ranks.count..<(ranks.count + max(0, last - ranks[from] - 1)))
      guard ranks.count + waypoints.count <= limit else { throw LayeredLayout.TooLarge(limit: limit) }
      ranks += waypoints.indices.map { ranks[from] + 1 + $0 }
      for (upper, lower) in zip([from] + waypoints, waypoints) { connect(upper, lower) }
      for link in group {
        let step = ranks[link.to] - ranks[from] - 2
        connect(step < 0 ? from : waypoints[step], link.to)
      }
      trunks.append(
        Trunk(
          from: from, fromOffset: group[0].fromOffset, source: group[0].source, waypoints: waypoints,
          ends: group.map { ($0.to, $0.toOffset) }))
    }
    (itemCount, vertexCount) = (graph.items.count, ranks.count)
    (self.ranks, self.trunks) = (ranks, trunks)
    up = Adjacency(count: ranks.count, above)
    down = Adjacency(count: ranks.count, below)
    order = [[Int]](repeating: [], count: (ranks.max() ?? -1) + 1)
    for vertex in ranks.indices { order[ranks[vertex]].append(vertex) }
  }

  func isWaypoint(_ vertex: Int) -> Bool { vertex >= itemCount }

  /// The position of each vertex on its rank.
  var positions: [Int] {
    var positions = [Int](repeating: 0, count: vertexCount)
    for rank in order { for (position, vertex) in rank.enumerated() { positions[vertex] = position } }
    return positions
  }
}
