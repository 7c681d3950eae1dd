/// Folds vertices into units: what follows a layer goes into its box, modules become boxes, and equal blocks in a row one
/// frame.
struct DiagramFolding {
  /// How much is folded.
  enum Degree: Hashable {
    /// A box for each node.
    case nothing
    /// Equal blocks in a row.
    case blocks
    /// Modules of so many parts of a path, and equal ones in a row.
    case modules(depth: Int)
  }

  private(set) var vertices: DiagramVertices
  private(set) var units: [DiagramUnit] = []
  /// For each depth of folding and each vertex the repetition that it is part of, and the vertex that stands for it.
  private var levels: [[Place]] = []
  private var repetitions = 0

  private struct Place {
    var repetition = -1
    var instance = 0
    var representative: Int
  }

  /// Frames within frames.
  private static let mostLevels = 3
  /// Rows of a box.
  private static let mostRows = 6

  init(_ vertices: DiagramVertices, _ degree: Degree) {
    self.vertices = vertices
    switch degree {
    case .nothing: units = vertices.all.indices.map { single($0) }
    case .blocks: units = fold(boxes(), level: 0)
    case .modules(let depth): units = fold(modules(depth), level: 0)
    }
  }

  private func single(_ vertex: Int) -> DiagramUnit {
    let isNode = vertices.all[vertex].kind == .node
    return DiagramUnit(
      range: vertex..<vertex + 1, content: .rows, token: vertices.all[vertex].token, nodes: isNode ? 1 : 0)
  }

  // MARK: Boxes

  /// A box goes on as long as nothing but its last vertex is read from outside, and what comes is light.
  private mutating func boxes() -> [DiagramUnit] {
    let readers = lastReaders()
    var boxes: [DiagramUnit] = []
    var start = 0
    while start < vertices.all.count {
      var end = start + 1
      if vertices.all[start].kind == .node { while let next = continuation(start, end, readers) { end = next } }
      var unit = single(start)
      if end > start + 1 {
        let tokens = vertices.all[start..<end].map(\.token)
        unit = DiagramUnit(range: start..<end, content: .rows, token: vertices.token(of: tokens), nodes: end - start)
      }
      boxes.append(unit)
      start = end
    }
    return boxes
  }

  /// The last vertex that reads each one.
  private func lastReaders() -> [Int] {
    var readers = Array(vertices.all.indices)
    for (vertex, sources) in vertices.sources.enumerated() { for source in sources { readers[source] = vertex } }
    return readers
  }

  /// Where the box ends if it takes one more vertex, or several of which one does not go without the other, as in `x·σ(x)`.
  private func continuation(_ start: Int, _ end: Int, _ readers: [Int]) -> Int? {
    let most = min(start + Self.mostRows, vertices.all.count)
    guard end < most else { return nil }
    var reach = (start..<end).reduce(0) { max($0, readers[$1]) }
    for next in end..<most {
      let vertex = vertices.all[next]
      guard vertex.kind == .node, vertex.family.continues(vertices.all[next - 1].family),
        !vertices.sources[next].isEmpty,
        vertices.sources[next].allSatisfy({ $0 >= start }), !vertices.all[next - 1].isResult
      else { return nil }
      if reach <= next { return next + 1 }
      reach = max(reach, readers[next])
    }
    return nil
  }

  // MARK: Modules

  private mutating func modules(_ depth: Int) -> [DiagramUnit] {
    func module(_ vertex: Int) -> ArraySlice<String>? {
      let path = vertices.all[vertex].path
      return vertices.all[vertex].kind == .node && path.count > 1 ? path.dropLast().prefix(depth) : nil
    }
    var units: [DiagramUnit] = []
    var start = 0
    while start < vertices.all.count {
      var end = start + 1
      guard let name = module(start) else {
        units.append(single(start))
        start = end
        continue
      }
      while end < vertices.all.count, module(end) == name { end += 1 }
      if end - start == 1 {
        units.append(single(start))
      } else {
        let tokens = vertices.all[start..<end].map(\.token)
        units.append(
          DiagramUnit(
            range: start..<end, content: .module, token: vertices.token(of: [-1] + tokens), nodes: end - start,
            title: name.joined(separator: ".")))
      }
      start = end
    }
    return units
  }

  // MARK: Blocks

  private mutating func fold(_ units: [DiagramUnit], level: Int) -> [DiagramUnit] {
    guard level < Self.mostLevels, units.count > 1 else { return units }
    let finder = RepeatedBlocks(units, vertices)
    if levels.count == level { levels.append(vertices.all.indices.map { Place(representative: $0) }) }
    var result: [DiagramUnit] = []
    var next = 0
    for block in finder.blocks {
      result += units[next..<block.start]
      result.append(folded(block, units, level))
      next = block.start + block.length * block.times
    }
    return result + units[next...]
  }

  private mutating func folded(_ block: RepeatedBlocks.Block, _ units: [DiagramUnit], _ level: Int) -> DiagramUnit {
    let first = Array(units[block.start..<block.start + block.length])
    let range = first[0].range.lowerBound..<first[block.length - 1].range.upperBound
    var paths: [[String]] = []
    for instance in 0..<block.times {
      let start = units[block.start + instance * block.length].range.lowerBound
      for vertex in range {
        let other = vertex - range.lowerBound + start
        levels[level][other] = Place(repetition: repetitions, instance: instance, representative: vertex)
        if instance > 0 { vertices.merge(other, into: vertex) }
      }
      paths.append(vertices.commonPath(start..<start + range.count))
    }
    repetitions += 1
    var unit = first[0]
    if block.length > 1 {
      let children = fold(first, level: level + 1)
      let nodes = children.reduce(0) { $0 + $1.nodes * $1.times }
      unit = DiagramUnit(
        range: range, content: .block(children), token: vertices.token(of: [-2] + children.map(\.token)), nodes: nodes)
    }
    unit.times = block.times
    unit.known = paths.reduce(.max) { min($0, $1.count) }
    let title = PathSpan.text(paths)
    if !title.isEmpty || block.length > 1 { unit.title = title }
    return unit
  }

  // MARK: Lines

  /// The lines between vertices that are shown, each once, in ascending order. A line from one repetition to the next is none.
  var lines: [(from: Int, to: Int)] {
    var seen: Set<SIMD2<Int>> = []
    var lines: [(from: Int, to: Int)] = []
    for (target, sources) in vertices.sources.enumerated() {
      for source in sources {
        guard let line = shown(source, target), line.from != line.to else { continue }
        if seen.insert(SIMD2(line.from, line.to)).inserted { lines.append(line) }
      }
    }
    return lines.sorted { $0.from != $1.from ? $0.from < $1.from : $0.to < $1.to }
  }

  private func shown(_ source: Int, _ target: Int) -> (from: Int, to: Int)? {
    var (from, to) = (source, target)
    for level in levels {
      let (a, b) = (level[from], level[to])
      if a.repetition >= 0, a.repetition == b.repetition, a.instance != b.instance { return nil }
      (from, to) = (a.representative, b.representative)
    }
    return (from, to)
  }
}

extension DiagramVertices {
  /// Lets a vertex stand for another one, too.
  mutating func merge(_ other: Int, into vertex: Int) { merge(shape: all[other].shape, into: vertex) }

  /// The modules that all these vertices are in.
  func commonPath(_ range: Range<Int>) -> [String] {
    var common: ArraySlice<String>?
    for vertex in range where all[vertex].kind == .node {
      let path = all[vertex].path.dropLast()
      common = common.map { known in zip(known, path).prefix { $0 == $1 }.map(\.0)[...] } ?? path[...]
    }
    return Array(common ?? [])
  }
}
