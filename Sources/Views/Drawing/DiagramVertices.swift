import CNNGraphs
import CNNOperators

/// All that a diagram of a graph can show, in reading order: inputs first, outputs last, and the lines between them.
struct DiagramVertices {
  private(set) var all: [DiagramVertex] = []
  /// The earlier vertices that each one reads, in ascending order.
  private(set) var sources: [[Int]] = []
  private(set) var tokens = Tokens()
  /// Nodes that work out shapes or constants, which are not drawn.
  private(set) var leftOut = 0
  /// Nodes that are drawn.
  private(set) var nodeCount = 0

  /// - Parameter isComplete: whether nodes that work out shapes or constants are drawn, too.
  init(_ graph: Graph, isComplete: Bool) {
    let index = GraphIndex(graph)
    let order = ReadingOrder(graph, index)
    var vertexOf: [Int: Int] = [:]
    var inputVertex: [Int: Int] = [:]
    for id in graph.requiredInputs {
      inputVertex[id.index] = all.count
      append(port(graph, id, .input), [])
    }
    var isLeftOut = [Bool](repeating: false, count: graph.nodes.count)
    for node in order.nodes {
      if !isComplete, Self.isPreparation(node, graph, index, order, isLeftOut) {
        isLeftOut[node] = true
        leftOut += 1
        continue
      }
      let read = graph.nodes[node].inputs.compactMap(\.self) + graph.nodes[node].captures
      let sources = order.sources[node].compactMap { vertexOf[$0] } + read.compactMap { inputVertex[$0.index] }
      vertexOf[node] = all.count
      nodeCount += 1
      append(vertex(graph, node, index), sources)
    }
    for id in graph.outputs {
      let producer = index.producer(of: id)
      let source = producer.flatMap { vertexOf[$0] } ?? inputVertex[id.index]
      append(port(graph, id, .output), source.map { [$0] } ?? [])
    }
  }

  private mutating func append(_ vertex: DiagramVertex, _ sources: [Int]) {
    all.append(vertex)
    self.sources.append(Set(sources).sorted())
  }

  /// True for a node that works out shapes, or something from shapes and constants alone.
  private static func isPreparation(
    _ node: Int, _ graph: Graph, _ index: GraphIndex, _ order: ReadingOrder, _ isLeftOut: [Bool]
  ) -> Bool {
    guard !graph.nodes[node].outputs.contains(where: { $0.map { index.isOutput($0) } ?? false }) else { return false }
    let signature = graph.nodes[node].operator.signature
    if signature.domain.isEmpty, ["Shape", "Size"].contains(signature.name) { return true }
    let read = graph.nodes[node].inputs.compactMap(\.self) + graph.nodes[node].captures
    return !read.isEmpty && order.sources[node].allSatisfy { isLeftOut[$0] }
      && !read.contains { index.isInput($0) && !graph[$0].isConstant }
  }

  private mutating func port(_ graph: Graph, _ id: ValueID, _ kind: DiagramVertex.Kind) -> DiagramVertex {
    let name = graph[id].name
    let word = kind == .input ? "input" : "output"
    return DiagramVertex(
      kind: kind, title: name, detail: "", family: .other, path: [], description: "\(word) \(name): \(graph[id].type)",
      shape: ShapeSpan(graph[id].type), token: tokens.unique(), isResult: false)
  }

  private mutating func vertex(_ graph: Graph, _ position: Int, _ index: GraphIndex) -> DiagramVertex {
    let node = graph.nodes[position]
    let signature = node.operator.signature
    let detail = OperatorDetail(node, in: graph)
    let outputs = node.outputs.compactMap(\.self)
    let name = node.name.isEmpty ? outputs.first.map { graph[$0].name } ?? "" : node.name
    let title = (signature.domain.isEmpty ? "" : signature.domain + ".") + signature.name
    let family = OperatorFamily(operator: signature.name, domain: signature.domain)
    var lines = [name, title + (detail.all.isEmpty ? "" : ": \(detail.all)")]
    lines += outputs.prefix(8).map { "\(graph[$0].name): \(graph[$0].type)" }
    if outputs.count > 8 { lines.append("and \(outputs.count - 8) more outputs") }
    // Layers of other widths are other layers; of other extents they may be the same ones further on.
    var mark = "\(title)|\(detail.all)|\(outputs.count)"
    if family == .convolution || family == .linear, let last = outputs.first, let shape = graph[last].type.tensor?.shape
    {
      let channels = family == .convolution ? shape.dropFirst().first : shape.last
      mark += "|\(shape.count)|\(channels.map { "\($0)" } ?? "")|\(family == .linear ? detail.main : "")"
    }
    return DiagramVertex(
      kind: .node, title: title, detail: detail.main, family: family, path: LayerTable.path(name).map(String.init),
      description: lines.map { $0.shortened(to: 300) }.joined(separator: "\n"),
      shape: ShapeSpan(outputs.first.map { graph[$0].type }), token: tokens.number(of: mark),
      isResult: outputs.contains { index.isOutput($0) })
  }

  /// Lets a vertex tell of another shape, too.
  mutating func merge(shape: ShapeSpan, into vertex: Int) { all[vertex].shape.merge(shape) }

  /// Numbers for what is folded later.
  mutating func token(of parts: [Int]) -> Int { tokens.number(of: "\(parts)") }
}
