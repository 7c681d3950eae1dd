import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import TestSupport
import Testing

@Suite struct ParallelConvolutionTests {
  /// Branches of one value, joined in the end.
  private func branches(
    _ count: Int, relu: Bool, bias: Bool = false, shared: Bool = false, kernel: Int = 1, strides: [[Int]]? = nil
  ) throws -> Graph {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 3, 4, 4])
    let weight = try sketch.weights([2, 3, kernel, kernel])
    let results = try (0..<count).map { index -> ValueID in
      let own = shared ? weight : try sketch.weights([index + 1, 3, kernel, kernel], "conv\(index).weight")
      let inputs = bias ? [x, own, try sketch.weights([index + 1], "conv\(index).bias")] : [x, own]
      let window = SpatialWindow(strides: strides?[index])
      let y = try sketch.nodes(Convolution(window: window), inputs, outputs: 1, name: "conv\(index)")[0]
      return relu ? try sketch.node(Relu(), y) : y
    }
    guard strides == nil else { return try sketch.finish(results[0], results[1]) }
    return try sketch.finish(sketch.nodes(Concatenation(axis: 1), results, outputs: 1)[0])
  }

  @Test(arguments: [true, false]) func mergesWithRelu(bias: Bool) throws {
    let graph = try branches(2, relu: true, bias: bias)
    let (result, _) = try rewritten(graph, MergeParallelConvolutions())
    #expect(result.operators == ["Conv", "Relu", "Split", "Concat"])
    #expect(result.nodes[3].inputs.map { result[$0!].name } == graph.nodes[4].inputs.map { graph[$0!].name })
    #expect(result.value(named: "conv0.weight").flatMap { result[$0].constant?.shape } == [3, 3, 1, 1])
    #expect(try rewritten(graph, MergeParallelConvolutions(), operatorSet: 7).graph.operators == result.operators)
  }

  @Test func mergesThreeWithoutRelu() throws {
    let (result, _) = try rewritten(branches(3, relu: false, bias: true), MergeParallelConvolutions())
    #expect(result.operators == ["Conv", "Split", "Concat"])
  }

  @Test func refusesWhereNoNodeIsSaved() throws {
    let (result, refusals) = try rewritten(branches(2, relu: false), MergeParallelConvolutions())
    #expect(result.operators == ["Conv", "Conv", "Concat"])
    #expect(refusals == [.cost(.noNodeSaved)])
  }

  @Test func refusesSharedWeights() throws {
    let (result, refusals) = try rewritten(branches(3, relu: false, shared: true), MergeParallelConvolutions())
    #expect(result.operators == ["Conv", "Conv", "Conv", "Concat"])
    #expect(refusals == Array(repeating: .inUse(.reader("weight", node: nil)), count: 3))
  }

  @Test func leavesOtherWindows() throws {
    #expect(try !PassDriver([MergeParallelConvolutions()]).run(branches(3, relu: true, kernel: 2)).changed)
    let strided = try branches(2, relu: true, strides: [[1, 1], [2, 2]])
    #expect(try rewritten(strided, MergeParallelConvolutions()).graph.operators == ["Conv", "Relu", "Conv", "Relu"])
  }

  /// What stands between convolution and Relu is a result.
  @Test func leavesResultsInBetween() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 3, 4, 4])
    let a = try sketch.node(Convolution(), x, sketch.weights([2, 3, 1, 1]))
    let b = try sketch.node(Convolution(), x, sketch.weights([2, 3, 1, 1]))
    let graph = try sketch.finish(a, sketch.node(Relu(), a), sketch.node(Relu(), b))
    #expect(try rewritten(graph, MergeParallelConvolutions()).graph.operators == ["Conv", "Conv", "Relu", "Relu"])
  }
}

extension PassDriver {
  fileprivate func run(_ graph: Graph) throws -> PassReport {
    var graph = graph
    return try run(&graph)
  }
}

@Suite struct AuxiliaryHeadTests {
  /// Heads on a trunk from its beginning on; the last one is the first result if `mainFirst` says so.
  private func network(_ heads: [(String, Int)], mainFirst: Bool) throws -> Graph {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 8])
    var values: [ValueID] = []
    var trunk = x
    for (name, width) in heads {
      trunk = try sketch.node(MatrixMultiplication(), trunk, sketch.weights([8, 8], "trunk.weight"), name: "/trunk")
      let y = try sketch.node(
        MatrixMultiplication(), sketch.node(Relu(), trunk), sketch.weights([8, width], "\(name).weight"))
      values.append(y)
    }
    if mainFirst { values.insert(values.removeLast(), at: 0) }
    var graph = sketch.graph
    for (index, id) in values.enumerated() { graph.rename(id, to: "y\(index)") }
    graph.outputs = values
    var inference = TypeInference()
    try inference.infer(&graph)
    return graph
  }

  private func results(
    _ heads: (String, Int)..., mainFirst: Bool = true
  ) throws -> (outputs: [String], nodes: [String], refusals: [Refusal]) {
    var graph = try network(heads, mainFirst: mainFirst)
    let names = graph.outputs.map { graph[$0].name }
    let before = Dictionary(uniqueKeysWithValues: zip(names, try graph.results()))
    let report = try PassDriver([RemoveAuxiliaryHeads()]).run(&graph)
    let kept = graph.outputs.map { graph[$0].name }
    for (name, tensor) in zip(kept, try graph.results()) {
      #expect(try before[name]?.values(as: Float.self) == tensor.values(as: Float.self))
    }
    return (kept, graph.operators, report.refusals.map(\.reason))
  }

  @Test func removesAuxiliaryHeads() throws {
    let found = try results(("AuxLogits.fc", 5), ("fc", 5))
    #expect(found.outputs == ["y0"] && found.nodes == ["MatMul", "MatMul", "Relu", "MatMul"])
    let caffe = try results(
      ("loss1/classifier", 5), ("loss2/classifier", 5), ("loss3/classifier", 5), mainFirst: false)
    #expect(caffe.outputs == ["y2"] && caffe.nodes == ["MatMul", "MatMul", "MatMul", "Relu", "MatMul"])
  }

  @Test func leavesOtherResults() throws {
    #expect(try results(("boxes.fc", 5), ("fc", 5)).outputs == ["y0", "y1"])
    #expect(try results(("loss1/classifier", 5), ("loss2/classifier", 5), mainFirst: false).outputs == ["y0", "y1"])
  }

  @Test func refusesOtherShapes() throws {
    let found = try results(("aux.fc", 4), ("fc", 5))
    #expect(found.outputs == ["y0", "y1"])
    #expect(
      found.refusals == [
        .fit(.type(of: "y1", .tensor(.float32, [.symbol("N"), 4]), main: .tensor(.float32, [.symbol("N"), 5])))
      ])
  }

  /// The second layer of the trunk serves the auxiliary head alone, and does not say so.
  @Test func refusesLayersOfOtherNames() throws {
    let found = try results(("fc", 5), ("aux.fc", 5), mainFirst: false)
    #expect(found.outputs == ["y0", "y1"])
    #expect(found.refusals == [.inUse(.layers(of: "y1"))])
  }
}
