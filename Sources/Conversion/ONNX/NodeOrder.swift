import CNNGraphs

extension Graph {
  /// Puts the nodes in an order in which they can run, leaving them as they are if they can already.
  /// - Throws: ``ConversionError`` naming a cycle.
  mutating func sortNodes() throws(ConversionError) {
    let edges = GraphIndex(self)
    let needs = nodes.map { node in
      (node.inputs.compactMap(\.self) + node.captures).compactMap { edges.producer(of: $0) }
    }
    if needs.enumerated().allSatisfy({ index, before in before.allSatisfy { $0 < index } }) { return }
    var waiting = needs.map { Set($0).count }
    var readers = [[Int]](repeating: [], count: nodes.count)
    for (index, before) in needs.enumerated() { for other in Set(before) { readers[other].append(index) } }
    var order: [Int] = []
    var ready = nodes.indices.filter { waiting[$0] == 0 }
    var next = 0
    while next < ready.count {
      let index = ready[next]
      next += 1
      order.append(index)
      for reader in readers[index].sorted() {
        waiting[reader] -= 1
        if waiting[reader] == 0 { ready.append(reader) }
      }
    }
    guard order.count == nodes.count else {
      let cycle = cycle(through: needs, among: Set(nodes.indices).subtracting(order))
      let names = cycle.map { describe(nodes[$0]) }
      let shown = names.count > 6 ? names.prefix(6) + ["…"] : names[...]
      throw ConversionError(.badInput, "the graph has a cycle: " + shown.joined(separator: " ← "))
    }
    nodes = order.map { nodes[$0] }
  }

  /// Follows what each node needs within a set of nodes that all need another of the set.
  private func cycle(through needs: [[Int]], among stuck: Set<Int>) -> [Int] {
    guard var current = stuck.min() else { return [] }
    var path: [Int] = []
    var indexInPath: [Int: Int] = [:]
    while indexInPath[current] == nil {
      indexInPath[current] = path.count
      path.append(current)
      guard let next = needs[current].first(where: stuck.contains) else { return path }
      current = next
    }
    return Array(path[(indexInPath[current] ?? 0)...]) + [current]
  }
}
