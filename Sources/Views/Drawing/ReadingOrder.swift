import CNNGraphs
import CNNOperators

/// The nodes of a graph in an order in which what follows one another stands together: after a node comes the first of its
/// readers that has all it reads. `Constant` nodes are left out.
///
/// Any range of this order can be drawn as one box: lines lead from earlier to later nodes alone.
struct ReadingOrder {
  /// Indices of nodes.
  private(set) var nodes: [Int] = []
  /// For each node of the graph the nodes that it reads, each once, in ascending order.
  let sources: [[Int]]

  init(_ graph: Graph, _ index: GraphIndex) {
    let isConstant = graph.nodes.map { $0.operator is Constant }
    sources = graph.nodes.map { node in
      let read = (node.inputs.compactMap(\.self) + node.captures).compactMap { index.producer(of: $0) }
      return Set(read.filter { !isConstant[$0] }).sorted()
    }
    var readers = [[Int]](repeating: [], count: graph.nodes.count)
    for (node, sources) in sources.enumerated() { for source in sources { readers[source].append(node) } }
    var missing = sources.map(\.count)
    // Those that read no other node, the first on top.
    var stack = Array(graph.nodes.indices.filter { missing[$0] == 0 && !isConstant[$0] }.reversed())
    while let node = stack.popLast() {
      nodes.append(node)
      for reader in readers[node] { missing[reader] -= 1 }
      stack += readers[node].filter { missing[$0] == 0 }.reversed()
    }
  }
}
