import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import TestSupport
import Testing

@Suite struct PoolingPaddingTests {
  private static func window(_ kernel: Int, _ stride: Int = 2, pads: [Int]? = nil, ceiling: Bool = false)
    -> SpatialWindow
  {
    SpatialWindow(kernel: [kernel, kernel], strides: [stride, stride], pads: pads, ceilMode: ceiling)
  }

  private static let shape: [Dimension] = [.symbol("N"), 2, 7, 7]
  private static let around: [Int] = [0, 0, 1, 0, 0, 0, 1, 1]

  private static let moved: [Sample] = [
    Sample("minus infinity", shape, becomes: ["MaxPool"]) {
      try $0.node(
        MaxPooling(window: window(3)), $0.node(Padding(), $1, $0.integers(around), $0.number(-.infinity)))
    },
    Sample("the least number", shape, becomes: ["MaxPool"]) {
      try $0.node(
        MaxPooling(window: window(3, pads: [0, 1, 0, 1])),
        $0.node(Padding(), $1, $0.integers(around), $0.number(-.greatestFiniteMagnitude)))
    },
    Sample("zeros around what is not negative", shape, becomes: ["Relu", "MaxPool"]) {
      try $0.node(
        MaxPooling(window: window(3)), $0.node(Padding(), $0.node(Relu(), $1), $0.integers(around)))
    },
    Sample("zeros around a mean", shape, becomes: ["AveragePool"]) {
      try $0.node(AveragePooling(window: window(3, 1)), $0.node(Padding(), $1, $0.integers(around)))
    },
    Sample("axes given", shape, becomes: ["AveragePool"]) {
      try $0.node(
        AveragePooling(window: window(2)),
        $0.node(Padding(), $1, $0.integers([1, 0, 0, 1]), nil, $0.integers([2, -1])))
    },
    Sample("padding that counts", shape, becomes: ["AveragePool"]) {
      try $0.node(
        AveragePooling(window: window(3, 2, pads: [1, 1, 0, 0]), countsPadding: true),
        $0.node(Padding(), $1, $0.integers(around)))
    },
  ]

  private static let kept: [(Sample, Refusal?)] = [
    (
      Sample("zeros around what may be negative", shape, becomes: ["Tanh", "Pad", "MaxPool"]) {
        try $0.node(
          MaxPooling(window: window(3)), $0.node(Padding(), $0.named(Tanh(), [$1], "tanh"), $0.integers(around)))
      }, .border(.belowZero("tanh"))
    ),
    (
      Sample("a pad as wide as the window", shape, becomes: ["Pad", "AveragePool"]) {
        try $0.node(AveragePooling(window: window(1, 1)), $0.node(Padding(), $1, $0.integers(around)))
      }, .fit(.pads([1, 0, 1, 1], kernel: [1, 1]))
    ),
    (
      Sample("rounding up", shape, becomes: ["Pad", "AveragePool"]) {
        try $0.node(AveragePooling(window: window(3, ceiling: true)), $0.node(Padding(), $1, $0.integers(around)))
      }, .form(.window)
    ),
    (
      Sample("padding that does not count", shape, becomes: ["Pad", "AveragePool"]) {
        try $0.node(
          AveragePooling(window: window(3, pads: [1, 1, 1, 1])), $0.node(Padding(), $1, $0.integers(around)))
      }, .border(.uncountedPadding)
    ),
    (
      Sample("padded channels", shape, becomes: ["Pad", "AveragePool"]) {
        try $0.node(
          AveragePooling(window: window(3)), $0.node(Padding(), $1, $0.integers([0, 1, 0, 0, 0, 0, 0, 0])))
      }, nil
    ),
    (
      Sample("a mirror", shape, becomes: ["Pad", "AveragePool"]) {
        try $0.node(AveragePooling(window: window(3)), $0.node(Padding(mode: .reflect), $1, $0.integers(around)))
      }, nil
    ),
  ]

  @Test(arguments: moved) func moves(sample: Sample) throws {
    #expect(try rewritten(sample.graph(), MovePaddingIntoPooling()).graph.operators == sample.expected)
  }

  @Test(arguments: kept) func keeps(sample: Sample, reason: Refusal?) throws {
    let (graph, refusals) = try rewritten(sample.graph(), MovePaddingIntoPooling())
    #expect(graph.operators == sample.expected)
    #expect(refusals == (reason.map { [$0] } ?? []))
  }

  @Test func refusesForOldOperatorSets() throws {
    let (_, refusals) = try rewritten(Self.moved[3].graph(), MovePaddingIntoPooling(), operatorSet: 6)
    #expect(
      refusals == [.operatorSet(needed: 7, given: 6, for: "padding that counts")])
  }

  @Test func refusesWherePlacesAreRead() throws {
    var sketch = GraphSketch()
    let x = try sketch.input(Self.shape)
    let padded = try sketch.node(Padding(), sketch.node(Relu(), x), sketch.integers(Self.around))
    let results = try sketch.nodes(MaxPooling(window: Self.window(3)), [padded], outputs: 2)
    let (_, refusals) = try rewritten(sketch.finish(results[0], results[1]), MovePaddingIntoPooling())
    #expect(refusals == [.inUse(.reader("y1", node: nil))])
  }
}

@Suite struct NormalizationTests {
  private static let samples: [Sample] = [
    Sample("0 and -1", becomes: ["Flatten"]) { try $0.node(Reshape(), $1, $0.integers([0, -1])) },
    Sample("-1 and the rest", becomes: ["Flatten"]) { try $0.node(Reshape(), $1, $0.integers([-1, 36])) },
    Sample("a fixed batch", [1, 4, 3, 3], becomes: ["Flatten"]) { try $0.node(Reshape(), $1, $0.integers([1, 36])) },
    Sample("an unknown batch", [.unknown, 4, 3, 3], becomes: ["Flatten"]) {
      try $0.node(Reshape(), $1, $0.integers([0, 36]))
    },
    Sample("from the back", becomes: ["Flatten"]) { try $0.node(Flatten(axis: -3), $1) },
    Sample("other rows", becomes: ["Reshape"]) { try $0.node(Reshape(), $1, $0.integers([-1, 9])) },
    Sample("more axes", becomes: ["Reshape"]) { try $0.node(Reshape(), $1, $0.integers([0, 6, 6])) },
  ]

  @Test(arguments: samples) func flattens(sample: Sample) throws {
    let graph = try rewritten(sample.graph(), NormalizeFlatten()).graph
    #expect(graph.operators == sample.expected)
    if let flatten = graph.nodes[0].operator as? Flatten { #expect(flatten.axis == 1) }
  }

  private static let softmaxes: [Sample] = [
    Sample("the last axis", [.symbol("N"), 5], becomes: ["Softmax"]) { try $0.node(Softmax(axis: 1), $1) },
    Sample("the old rule", [.symbol("N"), 5], becomes: ["Softmax"]) {
      try $0.node(Softmax(axis: 1, flattens: true), $1)
    },
    Sample("the old rule's detour", [.symbol("N"), 5, 1, 1], becomes: ["Softmax"]) {
      try $0.node(Reshape(), $0.node(Softmax(), $0.node(Flatten(), $1)), $0.integers([-1, 5, 1, 1]))
    },
    Sample("several axes", [.symbol("N"), 5, 2, 1], becomes: ["Flatten", "Softmax", "Reshape"]) {
      try $0.node(Reshape(), $0.node(Softmax(), $0.node(Flatten(), $1)), $0.integers([-1, 5, 2, 1]))
    },
    Sample("another shape", [.symbol("N"), 5, 1, 1], becomes: ["Flatten", "Softmax", "Reshape"]) {
      try $0.node(Reshape(), $0.node(Softmax(), $0.node(Flatten(), $1)), $0.integers([-1, 1, 5, 1]))
    },
  ]

  @Test(arguments: softmaxes) func respellsSoftmax(sample: Sample) throws {
    let graph = try rewritten(sample.graph(), NormalizeSoftmax()).graph
    #expect(graph.operators == sample.expected)
    if let softmax = graph.nodes[0].operator as? Softmax,
      graph[graph.nodes[0].inputs[0]!].type.tensor?.shape?.count == 2
    {
      #expect(softmax.axis == -1 && !softmax.flattens)
    }
  }

  @Test func leavesSoftmaxOfOldOperatorSets() throws {
    let (graph, _) = try rewritten(Self.softmaxes[1].graph(), NormalizeSoftmax(), operatorSet: 12)
    #expect((graph.nodes[0].operator as? Softmax)?.flattens == true)
  }

  @Test(arguments: [true, false]) func inlinesTheBranch(condition: Bool) throws {
    for isCaptured in [true, false] {
      var sketch = GraphSketch()
      let x = try sketch.input([2, 3])
      let y = try sketch.node(Relu(), x)
      sketch.rename(y, "captured")
      func branch(_ factor: Float) throws -> Graph {
        var branch = Graph(name: "branch")
        let inner = try branch.addValue(Value("captured"))
        branch.captures = [inner]
        let number = branch.addConstant(try Tensor(scalar: factor), hint: "captured_factor")
        let (a, b) = (try branch.addValue(Value("inner")), try branch.addValue(Value("x_inner")))
        branch.nodes = [
          Node("", Multiply(), inputs: [inner, number], outputs: [a]),
          Node("", Add(), inputs: [a, number], outputs: [b]),
        ]
        branch.outputs = isCaptured ? [b, a, inner] : [b, a, b]
        return branch
      }
      let stored = try sketch.constant(Tensor(scalar: condition))
      let results = try sketch.nodes(If(then: branch(2), else: branch(3)), [stored], outputs: 3)
      let z = try sketch.node(Sigmoid(), results[2])
      var graph = try sketch.finish(results[0], results[1], z)
      graph.nodes[1].captures = [y]
      #expect(try rewritten(graph, InlineConditions()).graph.operators == ["Relu", "Mul", "Add", "Sigmoid"])
    }
  }

  /// A body inside of the branch reads the branch's values by name.
  @Test func leavesNestedBranches() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([], "c", .bool)
    var inner = Graph(name: "inner")
    inner.outputs = [inner.addConstant(try Tensor(scalar: Float(1)), hint: "one")]
    var outer = Graph(name: "outer")
    let (c, y) = (try outer.addValue(Value("c")), try outer.addValue(Value("outer_y")))
    outer.captures = [c]
    outer.nodes = [Node("", If(then: inner, else: inner), inputs: [c], outputs: [y])]
    outer.outputs = [y]
    let z = try sketch.node(If(then: outer, else: outer), sketch.constant(Tensor(scalar: true)))
    var graph = try sketch.finish(z)
    graph.nodes[0].captures = [x]
    let (result, refusals) = try rewritten(graph, InlineConditions())
    #expect(result.operators == ["If"])
    #expect(refusals == [.form(.bodyInBranch)])
  }
}
