/// Finds equal blocks that follow one another among units, wherever they begin.
///
/// For each length of a block, up to a bound, runs are found in which every unit looks like the one a block further on. Those
/// that spare most are taken first. Where a run may be cut in several places it is cut where fewest lines pass, and where the
/// names change.
struct RepeatedBlocks {
  /// Equal blocks in a row.
  struct Block {
    /// The first unit.
    var start: Int
    /// Units of one block.
    var length: Int
    /// Blocks.
    var times: Int
  }

  /// What was found, from the first to the last; no two share a unit.
  private(set) var blocks: [Block] = []

  private let units: [DiagramUnit]
  private let vertices: DiagramVertices
  /// For each unit those that it reads; -1 for one that is not among these.
  private var sources: [[Int]] = []
  /// For each unit how many earlier units lead to it or beyond.
  private var crossings: [Int] = []

  private static let fewBranches = 3

  /// The longest block.
  private static func longest(_ count: Int) -> Int { min(count / 2, count > 20_000 ? 48 : 128) }

  init(_ units: [DiagramUnit], _ vertices: DiagramVertices) {
    (self.units, self.vertices) = (units, vertices)
    connect()
    var isTaken = [Bool](repeating: false, count: units.count)
    // What is left beside the best runs may hold others.
    for _ in 0..<3 {
      let before = blocks.count
      for run in runs(isTaken) {
        guard !isTaken[run.start..<run.end].contains(true), let block = block(in: run) else { continue }
        blocks.append(block)
        for unit in block.start..<block.start + block.length * block.times { isTaken[unit] = true }
      }
      if blocks.count == before { break }
    }
    blocks.sort { $0.start < $1.start }
  }

  private mutating func connect() {
    guard let first = units.first?.range.lowerBound, let last = units.last?.range.upperBound else { return }
    var unitOf = [Int](repeating: -1, count: last - first)
    for (index, unit) in units.enumerated() { for vertex in unit.range { unitOf[vertex - first] = index } }
    var furthest = Array(units.indices)
    for (index, unit) in units.enumerated() {
      var found: Set<Int> = []
      for vertex in unit.range {
        for source in vertices.sources[vertex] {
          let from = source >= first && source < last ? unitOf[source - first] : -1
          if from != index { found.insert(from) }
        }
      }
      sources.append(found.sorted())
      for source in found where source >= 0 { furthest[source] = max(furthest[source], index) }
    }
    var changes = [Int](repeating: 0, count: units.count + 2)
    for (unit, end) in furthest.enumerated() where end > unit {
      changes[unit + 1] += 1
      changes[end + 1] -= 1
    }
    var open = 0
    for change in changes {
      open += change
      crossings.append(open)
    }
  }

  // MARK: Runs

  private struct Run {
    let start: Int
    let end: Int
    let length: Int
    var spared: Int { ((end - start) / length - 1) * length }
  }

  /// Stretches of free units in which each looks like the one `length` further on; those that spare most come first.
  private func runs(_ isTaken: [Bool]) -> [Run] {
    var runs: [Run] = []
    for length in 1..<max(2, Self.longest(units.count) + 1) {
      var start = 0
      for index in 0...max(0, units.count - length) {
        let isEqual =
          index + length < units.count && units[index].token == units[index + length].token && !isTaken[index]
          && !isTaken[index + length]
        if isEqual { continue }
        if index - start >= length { runs.append(Run(start: start, end: index + length, length: length)) }
        start = index + 1
      }
    }
    return runs.sorted { a, b in
      a.spared != b.spared ? a.spared > b.spared : a.length != b.length ? a.length < b.length : a.start < b.start
    }
  }

  // MARK: Cuts

  private func block(in run: Run) -> Block? {
    let most = (run.end - run.start) / run.length
    var best: (block: Block, score: [Int])?
    for start in run.start..<run.start + run.length {
      let times = (run.end - start) / run.length
      guard times > 1, times >= most - 1 else { continue }
      let candidate = equal(Block(start: start, length: run.length, times: times))
      guard let candidate else { continue }
      let isNamed = common(start - 1, start) < common(start, start + run.length - 1) || run.length == 1
      let score = [crossings[start + run.length], isNamed ? 0 : 1, -candidate.times, start]
      if best.map({ score.lexicographicallyPrecedes($0.score) }) ?? true { best = (candidate, score) }
      // One after the other, without choice.
      if run.length == 1 { break }
    }
    return best?.block
  }

  /// The first of the blocks that are connected alike, from the second on if the first one is not. Each reads the one before
  /// it, or none reads another.
  private func equal(_ block: Block) -> Block? {
    var block = block
    for _ in 0..<2 where block.times > 1 {
      let inner = connections(block.start, block.length)
      let isChain = reads(block.start + block.length, block.length, from: block.start)
      var times = 1
      while times < block.times {
        let start = block.start + times * block.length
        guard connections(start, block.length) == inner,
          reads(start, block.length, from: isChain ? start - block.length : block.start) == isChain
        else { break }
        times += 1
      }
      // A few layers side by side are told apart better than folded.
      if times > 1, isChain || times > Self.fewBranches || block.length >= Self.fewBranches {
        block.times = times
        return block
      }
      block.start += block.length
      block.times -= 1
    }
    return nil
  }

  /// True if a block reads something that lies between a unit and its own start.
  private func reads(_ start: Int, _ length: Int, from unit: Int) -> Bool {
    sources[start..<start + length].contains { $0.contains { $0 >= unit && $0 < start } }
  }

  /// The lines inside a block.
  private func connections(_ start: Int, _ length: Int) -> [[Int]] {
    sources[start..<start + length].map { $0.filter { $0 >= start }.map { $0 - start } }
  }

  /// How many modules two units share.
  private func common(_ a: Int, _ b: Int) -> Int {
    guard units.indices.contains(a), units.indices.contains(b) else { return -1 }
    let (first, second) = (vertices.all[units[a].range.lowerBound].path, vertices.all[units[b].range.lowerBound].path)
    return zip(first.dropLast(), second.dropLast()).prefix { $0 == $1 }.count
  }
}
