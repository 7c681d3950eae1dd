import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import TestSupport
import Testing

@Suite struct ConstantFoldingTests {
  /// The parameters of a normalization as some exporters write them, and a transposed weight.
  @Test func foldsWeightArithmetic() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 8])
    let variance = try sketch.node(Multiply(), sketch.weights([8]), sketch.number(0.5))
    let positive = try sketch.node(Multiply(), variance, variance)
    let factor = try sketch.node(Divide(), sketch.weights([8]), sketch.node(Exp(), positive))
    let weight = try sketch.node(Transpose(permutation: [1, 0]), sketch.weights([4, 8]))
    let scaled = try sketch.node(Multiply(), x, factor)
    let (graph, _) = try rewritten(
      sketch.finish(sketch.node(MatrixMultiplication(), scaled, weight)), FoldConstants())
    #expect(graph.operators == ["Mul", "MatMul"])
  }

  /// A constant made of a `Constant` node keeps its name.
  @Test func storesConstantNodes() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2])
    let two = try sketch.node(Constant(Tensor([Float(2), 3], shape: [2])))
    sketch.rename(two, "two")
    let (graph, _) = try rewritten(sketch.finish(sketch.node(Add(), x, two)), FoldConstants())
    #expect(graph.operators == ["Add"])
    #expect(graph.value(named: "two").map { graph[$0].isConstant } == true)
  }

  @Test func refusesWhatWouldGrow() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1])
    let tiled = try sketch.node(Tile(), sketch.weights([16]), sketch.integers([64]))
    let (graph, refusals) = try rewritten(sketch.finish(sketch.node(Add(), x, tiled)), FoldConstants())
    #expect(graph.operators == ["Tile", "Add"])
    #expect(refusals == [.cost(.bytes(4096, freed: 72))])
  }

  @Test func refusesWhatIsHuge() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1])
    let zeros = try sketch.node(Expand(), sketch.number(1), sketch.integers([1 << 20, 1 << 10]))
    let (_, all) = try (0, sketch.finish(sketch.node(ReduceMaximum(), sketch.node(Add(), x, zeros))))
    var graph = all
    let report = try PassDriver([FoldConstants()]).run(&graph)
    #expect(report.refusals.map(\.reason) == [.cost(.tooManyBytes(4096 << 20))])
  }

  /// The other reader keeps the weight in the file.
  @Test func refusesACopyOfASharedWeight() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 32])
    let weight = try sketch.weights([32, 32])
    let transposed = try sketch.node(Transpose(permutation: [1, 0]), weight)
    let a = try sketch.node(MatrixMultiplication(), x, weight)
    let (graph, refusals) = try rewritten(
      sketch.finish(sketch.node(MatrixMultiplication(), a, transposed)), FoldConstants())
    #expect(graph.operators == ["Transpose", "MatMul", "MatMul"])
    #expect(refusals == [.cost(.bytes(4096, freed: 0))])
  }

  @Test func leavesResultsAndReplaceableInputs() throws {
    var sketch = GraphSketch()
    let weight = try sketch.weights([4])
    let result = try sketch.node(Exp(), weight)
    var graph = try sketch.finish(result)
    #expect(try !PassDriver([FoldConstants()]).run(&graph).changed)

    sketch = GraphSketch()
    let x = try sketch.input([4])
    let first = try sketch.node(Exp(), sketch.weights([4]))
    graph = try sketch.finish(sketch.node(Add(), x, first))
    graph.inputs += graph.nodes[0].inputs.compactMap(\.self)
    #expect(try !PassDriver([FoldConstants()]).run(&graph).changed)
  }

  @Test func leavesWhatIsRandom() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([4])
    let noise = try sketch.node(
      Dropout(mayTrain: true), sketch.weights([4]), sketch.number(0), sketch.constant(Tensor(scalar: true)))
    let (graph, _) = try rewritten(sketch.finish(sketch.node(Add(), x, noise)), FoldConstants())
    #expect(graph.operators == ["Dropout", "Add"])
  }

  /// The run says so, if it comes to this node.
  @Test func refusesWhatFails() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([4])
    let row = try sketch.node(Gather(axis: 0), sketch.weights([4]), sketch.constant(Tensor(scalar: Int64(9))))
    var graph = try sketch.finish(sketch.node(Add(), x, row))
    let report = try PassDriver([FoldConstants()]).run(&graph)
    #expect(graph.operators == ["Gather", "Add"])
    #expect(report.refusals.map(\.reason) == [.numbers(.notComputed("index 9 of an axis of 4"))])
  }
}

@Suite struct ShapeFoldingTests {
  /// `x.view(x.size(0), -1)` as `torch.onnx` writes it.
  @Test(arguments: [Dimension.symbol("N"), .unknown, 2])
  func foldsAView(batch: Dimension) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([batch, 8, 2, 2])
    let size = try sketch.node(Gather(axis: 0), sketch.node(Shape(), x), sketch.constant(Tensor(scalar: Int64(0))))
    let rows = try sketch.node(Unsqueeze(), size, sketch.integers([0]))
    let target = try sketch.node(Concatenation(axis: 0), rows, sketch.integers([32]))
    let (graph, _) = try rewritten(
      sketch.finish(sketch.node(Reshape(), x, target)), FoldConstants(), FoldShapes(), RemoveDeadCode())
    #expect(graph.operators == ["Reshape"])
    let stored = try graph.nodes[0].inputs[1].flatMap { graph[$0].constant }?.values(as: Int64.self)
    #expect(stored == (batch == 2 ? [2, 32] : batch == .unknown ? [-1, 32] : [0, 32]))
  }

  /// Channel shuffling: the batch alone is open.
  @Test func foldsAnArithmeticTarget() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 6, 2, 2])
    let shape = try sketch.node(Shape(), x)
    func extent(_ axis: Int, _ sketch: inout GraphSketch) throws -> ValueID {
      try sketch.node(Gather(axis: 0), shape, sketch.integers([axis]))
    }
    let groups = try sketch.node(Divide(), extent(1, &sketch), sketch.integers([2]))
    let target = try sketch.nodes(
      Concatenation(axis: 0),
      [extent(0, &sketch), sketch.integers([2]), groups, extent(2, &sketch), extent(3, &sketch)], outputs: 1)[0]
    let (graph, _) = try rewritten(
      sketch.finish(sketch.node(Reshape(), x, target)), FoldConstants(), FoldShapes(), RemoveDeadCode())
    #expect(graph.operators == ["Reshape"])
  }

  @Test func foldsAnExpansionThatKeepsTheBatch() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 1, 2])
    let size = try sketch.node(Gather(axis: 0), sketch.node(Shape(), x), sketch.integers([0]))
    let target = try sketch.node(Concatenation(axis: 0), size, sketch.integers([3, 2]))
    let (graph, _) = try rewritten(
      sketch.finish(sketch.node(Expand(), x, target)), FoldShapes(), RemoveDeadCode())
    #expect(graph.operators == ["Expand"])
  }

  @Test func leavesTwoOpenExtents() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 3, .symbol("H"), 2])
    let shape = try sketch.node(Shape(), x)
    let first = try sketch.node(Gather(axis: 0), shape, sketch.integers([0, 2]))
    let target = try sketch.node(Concatenation(axis: 0), first, sketch.integers([6]))
    let (graph, _) = try rewritten(
      sketch.finish(sketch.node(Reshape(), x, target)), FoldShapes(), RemoveDeadCode())
    #expect(graph.operators == ["Shape", "Gather", "Concat", "Reshape"])
  }

  @Test func leavesAResult() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 3])
    let (graph, _) = try rewritten(sketch.finish(sketch.node(Shape(), x)), FoldShapes())
    #expect(graph.operators == ["Shape"])
  }
}

@Suite struct RedundancyTests {
  @Test func removesWhatNothingReads() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 3])
    try sketch.node(Exp(), sketch.node(Relu(), x))
    let (graph, _) = try rewritten(sketch.finish(sketch.node(Sigmoid(), x)), RemoveDeadCode())
    #expect(graph.operators == ["Sigmoid"])
  }

  /// A body reads by name what looks unread.
  @Test func keepsWhatABodyReads() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2])
    let condition = try sketch.input([], "c", .bool)
    let y = try sketch.node(Relu(), x)
    sketch.rename(y, "captured")
    var branch = Graph(name: "branch")
    let inner = try branch.addValue(Value("captured"))
    let outer = try branch.addValue(Value("inner"))
    branch.captures = [inner]
    branch.nodes = [Node("", Exp(), inputs: [inner], outputs: [outer])]
    branch.outputs = [outer]
    let z = try sketch.node(If(then: branch, else: branch), condition)
    var graph = try sketch.finish(z)
    graph.nodes[1].captures = [y]
    #expect(try rewritten(graph, RemoveDeadCode()).graph.operators == ["Relu", "If"])
  }

  @Test func mergesEqualNodes() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 6])
    let a = try sketch.node(Reshape(), x, sketch.integers([3, 4]))
    let b = try sketch.node(Reshape(), x, sketch.integers([3, 4]))
    let c = try sketch.node(Reshape(), x, sketch.integers([4, 3]))
    let sum = try sketch.node(Add(), sketch.node(Relu(), a), sketch.node(Relu(), b))
    let (graph, _) = try rewritten(sketch.finish(sum, c), MergeCommonSubexpressions())
    #expect(graph.operators == ["Reshape", "Reshape", "Relu", "Add"])
  }

  @Test func comparesAttributes() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 6])
    let a = try sketch.node(HardSigmoid(alpha: 0.1), x)
    let b = try sketch.node(HardSigmoid(alpha: 0.2), x)
    let (graph, _) = try rewritten(sketch.finish(sketch.node(Add(), a, b)), MergeCommonSubexpressions())
    #expect(graph.operators == ["HardSigmoid", "HardSigmoid", "Add"])
  }

  /// Equal bytes of 8 KiB are not looked at, the same bytes need not be.
  @Test func comparesLargeConstantsByPlace() throws {
    for isShared in [true, false] {
      var sketch = GraphSketch()
      let x = try sketch.input([2048])
      let weight = try Tensor([Float](repeating: 2, count: 2048), shape: [2048])
      let copy = isShared ? weight : try Tensor([Float](repeating: 2, count: 2048), shape: [2048])
      let a = try sketch.node(Multiply(), x, sketch.constant(weight))
      let b = try sketch.node(Multiply(), x, sketch.constant(copy))
      let (graph, _) = try rewritten(sketch.finish(sketch.node(Subtract(), a, b)), MergeCommonSubexpressions())
      #expect(graph.operators == (isShared ? ["Mul", "Sub"] : ["Mul", "Mul", "Sub"]))
    }
  }

  @Test func keepsTwoResultsApart() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2])
    let (graph, _) = try rewritten(
      sketch.finish(sketch.node(Relu(), x), sketch.node(Relu(), x)), MergeCommonSubexpressions())
    #expect(graph.operators == ["Relu", "Relu"])
  }

  @Test func keepsRandomNodesApart() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2])
    let ratio = try sketch.number(0)
    let mode = try sketch.constant(Tensor(scalar: true))
    let a = try sketch.node(Dropout(mayTrain: true), x, ratio, mode)
    let b = try sketch.node(Dropout(mayTrain: true), x, ratio, mode)
    let (graph, _) = try rewritten(sketch.finish(sketch.node(Add(), a, b)), MergeCommonSubexpressions())
    #expect(graph.operators == ["Dropout", "Dropout", "Add"])
  }
}
