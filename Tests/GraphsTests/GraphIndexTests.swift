import CNNGraphs
import CNNOperators
import CNNTensors
import Testing

@Suite struct GraphIndexTests {
  /// `x → a → (b, c)`, `d = b + b`, `e = concat(d, c, c)`; `d` and `e` are the outputs.
  private func diamond() throws -> (graph: Graph, values: [String: ValueID]) {
    var graph = Graph(name: "g")
    var values: [String: ValueID] = [:]
    for name in ["x", "a", "b", "c", "d", "e", "unread"] { values[name] = try graph.addValue(Value(name)) }
    func id(_ name: String) -> ValueID? { values[name] }
    graph.inputs = [id("x")].compactMap(\.self)
    graph.nodes = [
      Node("0", Relu(), inputs: [id("x")], outputs: [id("a")]),
      Node("1", Relu(), inputs: [id("a")], outputs: [id("b")]),
      Node("2", Relu(), inputs: [id("a"), nil], outputs: [id("c"), nil]),
      Node("3", Add(), inputs: [id("b"), id("b")], outputs: [id("d")]),
      Node(
        "4", Concatenation(axis: 0), inputs: [id("d"), id("c"), id("c")], outputs: [id("e")],
        captures: [id("b"), id("c")].compactMap(\.self)),
    ]
    graph.outputs = [id("d"), id("e")].compactMap(\.self)
    return (graph, values)
  }

  @Test(arguments: [("x", nil), ("a", 0), ("b", 1), ("c", 2), ("d", 3), ("e", 4), ("unread", nil)] as [(String, Int?)])
  func knowsWhoMakesAValue(name: String, node: Int?) throws {
    let (graph, values) = try diamond()
    #expect(GraphIndex(graph).producer(of: try #require(values[name])) == node)
  }

  /// A node counts once, whether it reads a value twice or its body reads it.
  @Test(
    arguments: [("x", [0]), ("a", [1, 2]), ("b", [3, 4]), ("c", [4]), ("d", [4]), ("e", []), ("unread", [])]
      as [(String, [Int])])
  func knowsWhoReadsAValue(name: String, nodes: [Int]) throws {
    let (graph, values) = try diamond()
    #expect(Array(GraphIndex(graph).readers(of: try #require(values[name]))) == nodes)
  }

  @Test func aReaderIsTheOnlyOneIfNoCallerReadsTheValue() throws {
    let (graph, values) = try diamond()
    let index = GraphIndex(graph)
    let only = values.filter { index.onlyReader(of: $0.value) != nil }.keys.sorted()
    #expect(only == ["c", "x"])
    #expect(values.filter { index.isOutput($0.value) }.keys.sorted() == ["d", "e"])
    #expect(values.filter { index.isInput($0.value) }.keys.sorted() == ["x"])
  }
}

@Suite struct DimensionBindingTests {
  private func graph(_ shapes: [[Dimension]]) throws -> Graph {
    var graph = Graph(name: "g")
    for (index, shape) in shapes.enumerated() {
      graph.inputs.append(try graph.addValue(Value("x\(index)", type: .tensor(.float32, shape))))
    }
    return graph
  }

  private func shapes(_ graph: Graph) -> [[Dimension]?] { graph.inputs.map { graph[$0].declaredType?.tensor?.shape } }

  @Test func theFirstAxisIsTheBatchWhereverItsSymbolStands() throws {
    var graph = try graph([[.symbol("N"), 3, .symbol("H")], [.unknown, .symbol("N"), .unknown]])
    graph.bindInputs(by: DimensionBinding(inputsOf: graph, batch: 2))
    #expect(shapes(graph) == [[2, 3, .symbol("H")], [2, 2, .unknown]])
  }

  @Test func otherFreeAxesAreBoundIfTheyAreGivenASize() throws {
    var graph = try graph([[.symbol("N"), 3, .symbol("H")], [.symbol("H"), .symbol("N"), .unknown]])
    graph.bindInputs(by: DimensionBinding(inputsOf: graph, batch: 2, others: 9))
    #expect(shapes(graph) == [[2, 3, 2], [2, 2, 9]])
  }

  @Test func aSymbolStandsForOneExtent() {
    var binding = DimensionBinding()
    let pairs: [([Int], [Dimension])] = [
      ([1, 3], [.symbol("N"), 4]), ([1], [.symbol("N"), 4]), ([1, 4, 7], [.symbol("N"), 4, .unknown]),
      ([4, 1], [.symbol("M"), .symbol("N")]), ([2], [.symbol("N")]),
    ]
    let fits = pairs.map { binding.take($0.0, for: $0.1) }
    #expect(fits == [false, false, true, true, false])
  }
}
