/// Items on ranks, with lines between them that never pass through an item.
struct LayeredLayout {
  /// There are more items and ranks that lines pass than a picture can hold.
  struct TooLarge: Error {
    let limit: Int
  }

  /// A point.
  struct Point: Hashable {
    var x: Double
    var y: Double
  }

  /// The lines of one source: pieces of a way, of which some have a common start.
  struct Line {
    let from: Int
    let source: Int
    let start: Point
    var pieces: [Piece] = []
    /// Where the lines end, at the top of an item.
    var ends: [(to: Int, at: Point)] = []
  }

  /// A piece of a line, which goes straight down, then aside, and straight down.
  struct Piece {
    let from: Point
    /// Where it leaves its first column.
    let leaves: Double
    /// Where it arrives in its last column.
    let arrives: Double
    let to: Point
  }

  /// Where lines meet each item, at its top.
  let places: [Point]
  let lines: [Line]
  let width: Double
  let height: Double

  /// Room between two ranks.
  private static let (rankGap, doorGap) = (30.0, 20.0)

  /// - Throws: ``TooLarge`` if the graph has more than `limit` items and ranks that lines pass.
  init(_ graph: LayeredGraph, limit: Int) throws(TooLarge) {
    let ranked = CrossingReduction.reduce(try RankedGraph(graph, limit: limit))
    let columns = BlockAlignment.coordinates(ranked, graph.items)
    var (tops, bottoms): ([Double], [Double]) = ([], [])
    for rank in ranked.order {
      let height = rank.reduce(0.0) { ranked.isWaypoint($1) ? $0 : max($0, graph.items[$1].height) }
      // Nothing but ends of lines takes less room.
      let gap = height > 0 && bottoms.last != tops.last ? Self.rankGap : Self.doorGap
      tops.append(bottoms.last.map { $0 + gap } ?? 0)
      bottoms.append((tops.last ?? 0) + height)
    }
    let places = graph.items.indices.map { item in
      let rank = ranked.ranks[item]
      let room = bottoms[rank] - tops[rank] - graph.items[item].height
      return Point(x: columns[item], y: tops[rank] + room / 2)
    }
    lines = ranked.trunks.map { trunk in
      let rank = ranked.ranks[trunk.from]
      let x = columns[trunk.from] + trunk.fromOffset
      let start = Point(x: x, y: places[trunk.from].y + graph.items[trunk.from].height)
      var line = Line(from: trunk.from, source: trunk.source, start: start)
      var point = start
      for (step, waypoint) in trunk.waypoints.enumerated() {
        let next = Point(x: columns[waypoint], y: bottoms[rank + 1 + step])
        line.pieces.append(Piece(from: point, leaves: bottoms[rank + step], arrives: tops[rank + 1 + step], to: next))
        point = next
      }
      for end in trunk.ends {
        let endRank = ranked.ranks[end.to]
        let step = endRank - rank - 2
        let from = step < 0 ? start : Point(x: columns[trunk.waypoints[step]], y: bottoms[endRank - 1])
        let to = Point(x: columns[end.to] + end.offset, y: places[end.to].y)
        line.pieces.append(Piece(from: from, leaves: bottoms[endRank - 1], arrives: tops[endRank], to: to))
        line.ends.append((end.to, to))
      }
      return line
    }
    let edges = graph.items.indices.map { columns[$0] + graph.items[$0].right }
    width = (edges + columns).max() ?? 0
    height = bottoms.last ?? 0
    self.places = places
  }
}
