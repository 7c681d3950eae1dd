import CNNConv
import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

#if DEBUG
  /// Unoptimized code is some forty times slower.
  private let scale = 8
#else
  private let scale = 1
#endif

/// Nothing costs the square of the number of nodes, edges, keys or names.
@Suite(.serialized) struct ScalingTests {
  private let options = SessionOptions(planCache: nil)
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  // MARK: Graphs

  /// A graph of nodes in a row.
  private func chain(
    _ count: Int, shape: [Int] = [1, 4], _ append: (inout GraphSketch, ValueID, Int) throws -> ValueID
  ) throws -> Model {
    var sketch = GraphSketch()
    var value = try sketch.input(shape)
    for index in 0..<count { value = try append(&sketch, value, index) }
    try sketch.end([value])
    return try Model(graph: sketch.graph)
  }

  /// A graph of nodes that read one value, and one node that reads what they make.
  private func fan(
    _ count: Int, shape: [Int], into last: any Operator,
    _ append: (inout GraphSketch, ValueID, Int) throws -> ValueID
  ) throws -> Model {
    var sketch = GraphSketch()
    let x = try sketch.input(shape)
    var values: [ValueID] = []
    for index in 0..<count { values.append(try append(&sketch, x, index)) }
    try sketch.end(sketch.nodes(last, values, outputs: 1))
    return try Model(graph: sketch.graph)
  }

  private func run(_ model: Model, _ shape: [Int]) throws {
    let x = try Tensor([Float](repeating: 0.5, count: shape.reduce(1, *)), shape: shape)
    _ = try Session(model, options: options).run([model.graph[model.graph.inputs[0]].name: x])
  }

  @Test func nodesThatDoNothingInARow() throws {
    try expectNearlyLinear(from: 10_000 / scale) { count in
      try run(chain(count) { sketch, x, _ in try sketch.node(Relu(), x) }, [1, 4])
    }
  }

  @Test func equalNodesSideBySide() throws {
    try expectNearlyLinear(from: 8000 / scale) { count in
      let model = try fan(count, shape: [1, 4], into: Concatenation(axis: 1)) { sketch, x, _ in
        try sketch.node(Sigmoid(), x)
      }
      _ = try model.fused()
    }
  }

  @Test func constantsThatFollowFromConstants() throws {
    try expectNearlyLinear(from: 2000 / scale) { count in
      var sketch = GraphSketch()
      let x = try sketch.input([1, 4])
      var value = try sketch.weights([4])
      for _ in 0..<count { value = try sketch.node(Negate(), value) }
      try sketch.end([sketch.node(Add(), x, value)])
      let fused = try Model(graph: sketch.graph).fused().model
      #expect(fused.graph.nodes.count == 1)
    }
  }

  @Test func buffersThatLiveTogether() throws {
    try expectNearlyLinear(from: 5000 / scale) { count in
      let model = try fan(count, shape: [1, 8, 2, 2], into: Concatenation(axis: 1)) { sketch, x, index in
        try sketch.node(LeakyRelu(alpha: Float(index + 1) / 1e6), x)
      }
      try run(model, [1, 8, 2, 2])
    }
  }

  @Test func inputsOfOneNode() throws {
    try expectNearlyLinear(from: 1500 / scale) { count in
      var sketch = GraphSketch()
      let x = try sketch.input([64, 64])
      let columns = try (0..<count).map { _ in try sketch.weights([64, 1]) }
      try sketch.end(sketch.nodes(Maximum(), [x] + columns, outputs: 1))
      let model = try Model(graph: sketch.graph)
      let ones = try Tensor([Float](repeating: 1, count: 64 * 64), shape: [64, 64])
      let result = try Session(model, options: .reference).run(["x": ones])
      #expect(result.values.count == 1)
    }
  }

  @Test func valuesOfAFusedModelThatAreCompared() throws {
    try expectNearlyLinear(from: 2000 / scale) { count in
      let model = try chain(count, shape: [1, 2, 1, 1]) { sketch, x, index in
        let weights = try sketch.weights([2, 2, 1, 1])
        let convolved = try sketch.node(Convolution(), x, weights)
        return index % 2 == 0 ? convolved : try sketch.node(Relu(), convolved)
      }
      let fused = try model.fused().model
      #expect(try model.verify(fused: fused).agrees)
    }
  }

  @Test func resultsOfOneNodeThatAreCompared() throws {
    try expectNearlyLinear(from: 1000 / scale) { count in
      let model = try fan(count, shape: [1, 2, 1, 1], into: Concatenation(axis: 1)) { sketch, x, _ in
        let weights = try sketch.weights([1, 2, 1, 1])
        return try sketch.node(Convolution(), x, weights)
      }
      let fused = try model.fused().model
      #expect(fused.graph.nodes.count < 5)
      #expect(try model.verify(fused: fused).agrees)
    }
  }

  @Test func valuesOfOneHint() throws {
    try expectNearlyLinear(from: 10_000 / scale) { count in
      let tensor = try Tensor(scalar: Float(1))
      var graph = Graph()
      for _ in 0..<count { _ = graph.addConstant(tensor, hint: "weight") }
      #expect(graph.value(named: "weight_\(count - 1)") != nil)
    }
  }

  // MARK: Files

  private func port(_ name: String, _ type: ElementType = .float32, _ shape: [Int] = [1, 4]) -> OnnxValueInfo {
    let extents = shape.map { OnnxDimension(.value(Int64($0))) }
    return OnnxValueInfo(name: name, type: OnnxType(.tensor(elementType: Int32(type.onnxNumber), shape: extents)))
  }

  private func node(_ kind: String, _ inputs: [String], _ outputs: [String]) -> OnnxNode {
    var node = OnnxNode()
    (node.operatorType, node.inputs, node.outputs) = (kind, inputs, outputs)
    return node
  }

  private func read(_ graph: OnnxGraph, domains: [String] = []) throws -> Model {
    var model = OnnxModel()
    model.irVersion = 8
    model.operatorSets = [OnnxOperatorSet(version: 17)] + domains.map { OnnxOperatorSet(domain: $0, version: 1) }
    model.graph = graph
    let path = folder.file("model.onnx")
    try OnnxWriter.write(model, to: path)
    return try Model(contentsOf: path)
  }

  @Test func bodiesInOneGraph() throws {
    try expectNearlyLinear(from: 1200 / scale) { count in
      var graph = OnnxGraph()
      graph.inputs = [port("x"), port("c", .bool, [])]
      graph.outputs = [port("y\(count - 1)")]
      for index in 0..<count {
        let before = index == 0 ? "x" : "y\(index - 1)"
        var branch = node("If", ["c"], ["y\(index)"])
        branch.attributes = ["Sigmoid", "Tanh"].map { kind in
          var body = OnnxGraph()
          body.nodes = [node(kind, [before], ["\(kind)\(index)"])]
          body.outputs = [port("\(kind)\(index)")]
          return OnnxAttribute(kind == "Tanh" ? "else_branch" : "then_branch", .graph(body))
        }
        graph.nodes.append(branch)
      }
      let model = try read(graph)
      #expect(model.graph.nodes.count == count)
    }
  }

  @Test func attributesOfOneNode() throws {
    try expectNearlyLinear(from: 8000 / scale) { count in
      var graph = OnnxGraph()
      (graph.inputs, graph.outputs) = ([port("x")], [port("y")])
      var thing = node("Thing", ["x"], ["y"])
      thing.domain = "own"
      thing.attributes = (0..<count).map { OnnxAttribute("a\($0)", .int(Int64($0))) }
      graph.nodes = [thing]
      try read(graph, domains: ["own"]).write(to: folder.file("copy.onnx"))
    }
  }

  /// A safetensors file of empty tensors.
  private func weights(_ keys: [String]) throws -> String {
    let entries = keys.map { "\"\($0)\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}" }
    let header = Array("{\(entries.joined(separator: ","))}".utf8)
    return try folder.write(withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header)
  }

  private func isRefused(_ path: String) -> Bool {
    do {
      _ = try Model(contentsOf: path)
      return false
    } catch {
      return (error as? ConversionError)?.code == .unsupported
    }
  }

  /// What is refused costs no more than reading it, but for the drawing of a few networks.
  @Test func weightsOfNoNetwork() throws {
    let path = try weights((0..<20_000 / scale).map { "layer\($0 / 10).conv\($0 % 10).weight" })
    func best(_ work: () throws -> Void) rethrows -> Double {
      try (0..<3).map { _ in
        let begin = ContinuousClock.now
        try work()
        return begin.duration(to: .now) / .seconds(1)
      }.min() ?? 0
    }
    let reading = try best { _ = try SafetensorsReader.read(MappedFile(path: path)) }
    let refusing = best { #expect(isRefused(path)) }
    #expect(refusing < 8 * max(reading, 0.1))
  }

  /// A key of many dots is no reason to make as many modules.
  @Test func keysOfManyDots() throws {
    try expectNearlyLinear(from: 20_000 / scale) { count in
      let path = try weights([String(repeating: "a.", count: count) + "weight"])
      #expect(isRefused(path))
    }
  }
}
