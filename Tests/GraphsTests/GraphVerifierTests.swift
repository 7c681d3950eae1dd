import CNNGraphs
import CNNOperators
import CNNTensors
import Testing

@Suite struct GraphVerifierTests {
  private func graph(_ body: (inout Graph) throws -> Void) rethrows -> Graph {
    var graph = Graph(name: "g")
    try body(&graph)
    return graph
  }

  private func message(_ graph: Graph) -> String {
    do {
      try graph.verify()
      return "fine"
    } catch { return "\(error)" }
  }

  @Test func acceptsAChain() throws {
    let graph = try graph {
      let x = try $0.addValue(Value("x"))
      let y = try $0.addValue(Value("y"))
      $0.inputs = [x]
      $0.nodes = [Node("n", Concatenation(axis: 0), inputs: [x, x], outputs: [y])]
      $0.outputs = [y]
    }
    #expect(message(graph) == "fine")
  }

  @Test func refusesWhatNothingMakes() throws {
    let graph = try graph {
      let (x, y) = (try $0.addValue(Value("x")), try $0.addValue(Value("y")))
      $0.nodes = [Node("n", Concatenation(axis: 0), inputs: [x], outputs: [y])]
    }
    #expect(message(graph) == "node 'n' (Concat): reads 'x', which nothing before it makes")
  }

  @Test func refusesTwoMakers() throws {
    let graph = try graph {
      let (x, y) = (try $0.addValue(Value("x")), try $0.addValue(Value("y")))
      $0.inputs = [x]
      let node = Node("n", Concatenation(axis: 0), inputs: [x], outputs: [y])
      $0.nodes = [node, node]
    }
    #expect(message(graph) == "node 'n' (Concat): writes 'y', which is made elsewhere")
  }

  @Test func refusesTheWrongNumberOfInputs() throws {
    let graph = try graph {
      let (x, y) = (try $0.addValue(Value("x")), try $0.addValue(Value("y")))
      $0.inputs = [x]
      $0.nodes = [Node("", Reshape(), inputs: [x], outputs: [y])]
    }
    #expect(message(graph) == "node 'y' (Reshape): 2 inputs expected, 1 found")
  }

  @Test func refusesAnOutputFromNowhere() throws {
    let graph = try graph { $0.outputs = [try $0.addValue(Value("y"))] }
    #expect(message(graph) == "output 'y' is made by nothing")
  }

  @Test func namesAreUnique() throws {
    var graph = Graph()
    try graph.addValue(Value("x"))
    #expect(throws: ConversionError.self) { try graph.addValue(Value("x")) }
    #expect(graph.uniqueName("x") == "x_1")
  }

  @Test func textIsStable() throws {
    let graph = try graph {
      let x = try $0.addValue(Value("x", type: .tensor(.float32, [.symbol("N"), 3])))
      let y = try $0.addValue(Value("y"))
      let shape = $0.addConstant(try Tensor([Int64(-1)], shape: [1]), hint: "shape")
      $0.inputs = [x]
      $0.nodes = [Node("n", Reshape(), inputs: [x, shape], outputs: [y])]
      $0.outputs = [y]
    }
    #expect(
      graph.text == """
        graph g
          input x: float32[N, 3]
          constant shape: int64[1]
          y: ? = Reshape(x, shape)
          output y: ?

        """)
  }
}
