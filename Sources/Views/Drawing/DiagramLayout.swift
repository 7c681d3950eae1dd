/// Where the boxes, frames and lines of a diagram lie.
struct DiagramLayout {
  typealias Point = LayeredLayout.Point

  /// A rectangle.
  struct Area: Hashable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    func moved(_ x: Double, _ y: Double) -> Area { Area(x: self.x + x, y: self.y + y, width: width, height: height) }
  }

  struct Box {
    let face: BoxFace
    var area: Area
  }

  struct Frame {
    let unit: DiagramUnit
    var area: Area
    /// Where the first line passes its head, right of its left edge.
    let passage: Double
  }

  /// The lines that leave one place.
  struct Line {
    var pieces: [LayeredLayout.Piece]
    /// Where an arrow ends at a box.
    var tips: [Point]
    /// The vertex whose result it is.
    let source: Int
    /// Whether it begins at the lower edge of a box rather than at a frame.
    let startsAtBox: Bool
  }

  private(set) var boxes: [Box] = []
  private(set) var frames: [Frame] = []
  private(set) var lines: [Line] = []
  private(set) var width = 0.0
  private(set) var height = 0.0
  /// Where lines enter and leave the outermost frame, right of its left edge, by the vertex that they come from.
  private var entries: [Int: Double] = [:]
  private var exits: [Int: Double] = [:]

  private static let (framePadding, frameHead) = (12.0, 20.0)

  /// - Throws: ``LayeredLayout/TooLarge`` if there is more than `limit`.
  init(_ folding: DiagramFolding, limit: Int) throws(LayeredLayout.TooLarge) {
    try self.init(folding.units, folding.lines, folding.vertices, 0, limit)
  }

  /// Lays out one level; frames within it are laid out first.
  /// - Parameter links: the lines that touch it; those that come from or lead elsewhere get an end at the edge.
  private init(
    _ units: [DiagramUnit], _ links: [(from: Int, to: Int)], _ vertices: DiagramVertices, _ known: Int, _ limit: Int
  ) throws(LayeredLayout.TooLarge) {
    guard let first = units.first?.range.lowerBound, let last = units.last?.range.upperBound else { return }
    var itemOf = [Int](repeating: -1, count: last - first)
    for (index, unit) in units.enumerated() { for vertex in unit.range { itemOf[vertex - first] = index } }
    func unit(_ vertex: Int) -> Int? { vertex >= first && vertex < last ? itemOf[vertex - first] : nil }

    let doors = Doors(links, isInside: { $0 >= first && $0 < last })
    let inner = try Self.inner(units, links, unit, vertices, limit)
    let faces = units.map { BoxFace($0, vertices, known: known) }

    // Ends of lines from above, the units, ends of lines downwards.
    var graph = LayeredGraph(items: [], links: [])
    graph.items += doors.entries.map { _ in LayeredGraph.Item(left: 1, right: 1, height: 0, pin: .first) }
    for index in units.indices { graph.items.append(Self.item(faces[index], inner[index])) }
    graph.items += doors.exits.map { _ in LayeredGraph.Item(left: 1, right: 1, height: 0, pin: .last) }
    let offset = doors.entries.count
    for link in links {
      let (from, to) = (unit(link.from), unit(link.to))
      if from == nil && to == nil || from == to { continue }
      let start = from.map { $0 + offset } ?? doors.entryIndex[link.from] ?? 0
      let end = to.map { $0 + offset } ?? offset + units.count + (doors.exitIndex[link.from] ?? 0)
      let anchors = [start, end].map { item in graph.items[item].left }
      graph.links.append(
        LayeredGraph.Link(
          from: start, to: end, source: link.from,
          fromOffset: from.flatMap { inner[$0]?.exits[link.from] }.map { $0 - anchors[0] } ?? 0,
          toOffset: to.flatMap { inner[$0]?.entries[link.from] }.map { $0 - anchors[1] } ?? 0))
    }
    place(try LayeredLayout(graph, limit: limit), graph, faces, inner, offset, units)
    let count = offset + units.count
    for (index, source) in doors.entries.enumerated() { entries[source] = placed[index].x }
    for (index, source) in doors.exits.enumerated() { exits[source] = placed[count + index].x }
  }

  /// The points at which lines meet the items of this level.
  private var placed: [Point] = []

  /// The lines that pass the edge of a level: one for each vertex that they come from.
  private struct Doors {
    var entries: [Int] = []
    var exits: [Int] = []
    var entryIndex: [Int: Int] = [:]
    var exitIndex: [Int: Int] = [:]

    init(_ links: [(from: Int, to: Int)], isInside: (Int) -> Bool) {
      for link in links {
        switch (isInside(link.from), isInside(link.to)) {
        case (false, true) where entryIndex[link.from] == nil:
          entryIndex[link.from] = entries.count
          entries.append(link.from)
        case (true, false) where exitIndex[link.from] == nil:
          exitIndex[link.from] = exits.count
          exits.append(link.from)
        default: break
        }
      }
    }
  }

  /// The layout inside each frame.
  private static func inner(
    _ units: [DiagramUnit], _ links: [(from: Int, to: Int)], _ unit: (Int) -> Int?, _ vertices: DiagramVertices,
    _ limit: Int
  ) throws(LayeredLayout.TooLarge) -> [DiagramLayout?] {
    var touching = [[(from: Int, to: Int)]](repeating: [], count: units.count)
    for link in links {
      let (from, to) = (unit(link.from), unit(link.to))
      if let from { touching[from].append(link) }
      if let to, to != from { touching[to].append(link) }
    }
    var layouts: [DiagramLayout?] = []
    for (index, unit) in units.enumerated() {
      guard case .block(let children) = unit.content else {
        layouts.append(nil)
        continue
      }
      var layout = try DiagramLayout(children, touching[index], vertices, unit.known, limit)
      layout.frame(unit)
      layouts.append(layout)
    }
    return layouts
  }

  private static func item(_ face: BoxFace, _ inner: DiagramLayout?) -> LayeredGraph.Item {
    guard let inner else {
      return LayeredGraph.Item(left: face.width / 2, right: face.width / 2, height: face.height)
    }
    let anchor = (inner.entries.values.min() ?? inner.exits.values.min()) ?? inner.width / 2
    return LayeredGraph.Item(left: anchor, right: inner.width - anchor, height: inner.height)
  }

  /// Puts a frame around all that is there.
  private mutating func frame(_ unit: DiagramUnit) {
    let passage = entries.values.min() ?? width / 2
    let padding = Self.framePadding
    // The head stands left or right of the line that enters.
    let head = 58.0
    let extra = max(0, head - max(passage + padding, width - passage + padding))
    shift(padding, Self.frameHead)
    width += 2 * padding + extra
    let foot = height + Self.frameHead
    height = foot + 8
    for key in entries.keys { entries[key]? += padding }
    for key in exits.keys { exits[key]? += padding }
    lines = lines.map { $0.reaching(from: Self.frameHead, to: foot, bottom: height) }
    frames.insert(
      Frame(unit: unit, area: Area(x: 0, y: 0, width: width, height: height), passage: passage + padding), at: 0)
  }

  private mutating func shift(_ x: Double, _ y: Double) {
    for index in boxes.indices { boxes[index].area = boxes[index].area.moved(x, y) }
    for index in frames.indices { frames[index].area = frames[index].area.moved(x, y) }
    lines = lines.map { $0.moved(x, y) }
  }

  private mutating func place(
    _ layout: LayeredLayout, _ graph: LayeredGraph, _ faces: [BoxFace], _ inner: [DiagramLayout?], _ offset: Int,
    _ units: [DiagramUnit]
  ) {
    (width, height, placed) = (layout.width, layout.height, layout.places)
    for index in units.indices {
      let point = layout.places[index + offset]
      let corner = Point(x: point.x - graph.items[index + offset].left, y: point.y)
      if var inner = inner[index] {
        inner.shift(corner.x, corner.y)
        boxes += inner.boxes
        frames += inner.frames
        lines += inner.lines
      } else {
        let area = Area(x: corner.x, y: corner.y, width: faces[index].width, height: faces[index].height)
        boxes.append(Box(face: faces[index], area: area))
      }
    }
    for line in layout.lines {
      let isBox = { (item: Int) in
        item >= offset && item < offset + units.count && inner[item - offset] == nil
      }
      lines.append(
        Line(
          pieces: line.pieces, tips: line.ends.filter { isBox($0.to) }.map(\.at), source: line.source,
          startsAtBox: isBox(line.from)))
    }
  }
}

extension DiagramLayout.Line {
  func moved(_ x: Double, _ y: Double) -> Self {
    var line = self
    line.pieces = pieces.map { piece in
      .init(
        from: piece.from.moved(x, y), leaves: piece.leaves + y, arrives: piece.arrives + y, to: piece.to.moved(x, y))
    }
    line.tips = tips.map { $0.moved(x, y) }
    return line
  }

  /// The line with what begins or ends at a frame's content drawn out to its edges.
  func reaching(from head: Double, to foot: Double, bottom: Double) -> Self {
    var line = self
    line.pieces = pieces.map { piece in
      var (from, to) = (piece.from, piece.to)
      if !startsAtBox, from.y == head { from.y = 0 }
      if to.y == foot, !tips.contains(to) { to.y = bottom }
      return .init(from: from, leaves: piece.leaves, arrives: piece.arrives, to: to)
    }
    return line
  }
}

extension LayeredLayout.Point {
  fileprivate func moved(_ x: Double, _ y: Double) -> Self { Self(x: self.x + x, y: self.y + y) }
}
