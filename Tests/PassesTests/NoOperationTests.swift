import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import TestSupport
import Testing

@Suite struct NoOperationTests {
  /// Each stands before a `Sigmoid`, which alone remains.
  private static let nothing: [Sample] = [
    Sample("Identity", becomes: []) { try $0.node(Identity(), $1) },
    Sample("Dropout", becomes: []) { try $0.nodes(Dropout(), [$1], outputs: 2)[0] },
    Sample("Dropout told not to train", becomes: []) {
      try $0.node(Dropout(mayTrain: true), $1, $0.number(0.5), $0.constant(Tensor(scalar: false)))
    },
    Sample("Cast", becomes: []) { try $0.node(Cast(to: .float32), $1) },
    Sample("Transpose", becomes: []) { try $0.node(Transpose(permutation: [0, 1, 2, 3]), $1) },
    Sample("Reshape", becomes: []) { try $0.node(Reshape(), $1, $0.integers([0, 0, 3, -1])) },
    Sample("Reshape of an unknown batch", [.unknown, 4], becomes: []) {
      try $0.node(Reshape(), $1, $0.integers([-1, 4]))
    },
    Sample("Flatten", [.unknown, 4], becomes: []) { try $0.node(Flatten(), $1) },
    Sample("Slice", becomes: []) {
      try $0.node(Slicing(), $1, $0.integers([0]), $0.integers([.max]), $0.integers([2]), $0.integers([1]))
    },
    Sample("Concat", becomes: []) { try $0.node(Concatenation(axis: 1), $1) },
    Sample("Sum", becomes: []) { try $0.node(Sum(), $1) },
    Sample("Max", becomes: []) { try $0.node(Maximum(), $1) },
    Sample("Min", becomes: []) { try $0.node(Minimum(), $1) },
    Sample("Mean", becomes: []) { try $0.node(Mean(), $1) },
    Sample("Expand", becomes: []) { try $0.node(Expand(), $1, $0.integers([1, 4, 1, 3])) },
    Sample("Tile", becomes: []) { try $0.node(Tile(), $1, $0.integers([1, 1, 1, 1])) },
    Sample("Pad", becomes: []) { try $0.node(Padding(), $1, $0.integers([0, 0, 0, 0, 0, 0, 0, 0])) },
    Sample("Resize", becomes: []) {
      try $0.node(Resize(Resampling()), $1, nil, $0.constant(Tensor([Float](repeating: 1, count: 4), shape: [4])))
    },
    Sample("Resize to its own size", [2, 4, 3, 3], becomes: []) {
      try $0.node(Resize(Resampling()), $1, nil, nil, $0.integers([2, 4, 3, 3]))
    },
    Sample("Upsample", becomes: []) {
      try $0.node(Upsample(), $1, $0.constant(Tensor([Float](repeating: 1, count: 4), shape: [4])))
    },
    Sample("MaxPool", becomes: []) { try $0.node(MaxPooling(window: SpatialWindow(kernel: [1, 1])), $1) },
    Sample("AveragePool", becomes: []) {
      try $0.node(AveragePooling(window: SpatialWindow(kernel: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0])), $1)
    },
    Sample("GlobalAveragePool", [.symbol("N"), 4, 1, 1], becomes: []) { try $0.node(GlobalAveragePooling(), $1) },
    Sample("ReduceMean", [.symbol("N"), 4, 1, 1], becomes: []) {
      try $0.node(ReduceMean(), $1, $0.integers([2, 3]))
    },
    Sample("Mul", becomes: []) { try $0.node(Multiply(), $0.number(1), $1) },
    Sample("Mul by channel", becomes: []) {
      try $0.node(Multiply(), $1, $0.constant(Tensor([Float](repeating: 1, count: 4), shape: [4, 1, 1])))
    },
    Sample("Div", becomes: []) { try $0.node(Divide(), $1, $0.number(1)) },
    Sample("Add", becomes: []) { try $0.node(Add(), $0.number(0), $1) },
    Sample("Sub", becomes: []) { try $0.node(Subtract(), $1, $0.number(0)) },
    Sample("Pow", becomes: []) { try $0.node(Power(), $1, $0.number(1)) },
    Sample("Split", becomes: []) { try $0.node(Split(axis: 1, partCount: 1), $1) },
  ]

  @Test(arguments: nothing) func removes(sample: Sample) throws {
    var sketch = GraphSketch()
    let x = try sketch.input(sample.shape)
    let graph = try sketch.finish(sketch.node(Sigmoid(), sample.build(&sketch, x)))
    #expect(try rewritten(graph, RemoveNoOperations()).graph.operators == ["Sigmoid"])
  }

  private static let something: [Sample] = [
    Sample("another type", becomes: ["Cast"]) { try $0.node(Cast(to: .float64), $1) },
    Sample("another order", becomes: ["Transpose"]) { try $0.node(Transpose(permutation: [0, 1, 3, 2]), $1) },
    Sample("another shape", becomes: ["Reshape"]) { try $0.node(Reshape(), $1, $0.integers([0, 2, 2, 9])) },
    Sample("backwards", becomes: ["Slice"]) {
      try $0.node(
        Slicing(), $1, $0.integers([-1]), $0.integers([.min + 1]), $0.integers([2]), $0.integers([-1]))
    },
    Sample("a larger result", becomes: ["Mul"]) { try $0.node(Multiply(), $1, $0.number(1, [1, 1, 1, 1, 1])) },
    Sample("a larger channel axis", [.symbol("N"), 1, 3, 3], becomes: ["Add"]) {
      try $0.node(Add(), $1, $0.constant(Tensor([Float](repeating: 0, count: 4), shape: [4, 1, 1])))
    },
    Sample("from 1", becomes: ["Sub"]) { try $0.node(Subtract(), $0.number(0), $1) },
    Sample("of 1", becomes: ["Div"]) { try $0.node(Divide(), $0.number(1), $1) },
    Sample("by two", becomes: ["Mul"]) { try $0.node(Multiply(), $1, $0.number(2)) },
    Sample("shifted grid", becomes: ["Resize"]) {
      var resampling = Resampling()
      resampling.coordinates = .halfPixelForNearest
      return try $0.node(Resize(resampling), $1, nil, $0.constant(Tensor([Float](repeating: 1, count: 4), shape: [4])))
    },
    Sample("a stride", becomes: ["MaxPool"]) {
      try $0.node(MaxPooling(window: SpatialWindow(kernel: [1, 1], strides: [2, 2])), $1)
    },
  ]

  @Test(arguments: something) func keeps(sample: Sample) throws {
    #expect(try rewritten(sample.graph(), RemoveNoOperations()).graph.operators == sample.expected)
  }

  @Test func keepsAMaskThatIsRead() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 3])
    let results = try sketch.nodes(Dropout(), [x], outputs: 2)
    let y = try sketch.node(Sigmoid(), results[0])
    let (graph, refusals) = try rewritten(
      sketch.finish(y, sketch.node(Cast(to: .float32), results[1])), RemoveNoOperations())
    #expect(graph.operators == ["Dropout", "Sigmoid", "Cast"])
    #expect(refusals.map(\.kind) == ["in-use"])
  }

  /// A refused rewrite leaves no trace, not even where a result would have handed its name on.
  @Test func keepsAMaskBesideAResult() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 3])
    let results = try sketch.nodes(Dropout(), [sketch.node(Relu(), x)], outputs: 2)
    let (graph, _) = try rewritten(
      sketch.finish(results[0], sketch.node(Cast(to: .float32), results[1])), RemoveNoOperations(), RemoveDeadCode())
    #expect(graph.operators == ["Relu", "Dropout", "Cast"])
  }

  /// The name of the result stays, whoever makes it.
  @Test func handsTheResultsNameOn() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 3])
    let y = try sketch.node(Relu(), x)
    let (graph, _) = try rewritten(
      sketch.finish(sketch.node(Identity(), y), sketch.node(Sigmoid(), y)), RemoveNoOperations())
    #expect(graph.operators == ["Relu", "Sigmoid"])
  }

  @Test func keepsInputAndResultApart() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 3])
    let (graph, refusals) = try rewritten(sketch.finish(sketch.node(Identity(), x)), RemoveNoOperations())
    #expect(graph.operators == ["Identity"])
    #expect(refusals == [.inUse(.outputOfNoNode("y", source: "x"))])
  }
}

@Suite struct MergingTests {
  private static let chains: [Sample] = [
    Sample("cancelling transpositions", becomes: ["Relu"]) {
      let y = try $0.node(Relu(), $1)
      return try $0.node(Transpose(permutation: [0, 3, 1, 2]), $0.node(Transpose(permutation: [0, 2, 3, 1]), y))
    },
    Sample("composed transpositions", becomes: ["Transpose"]) {
      try $0.node(Transpose(permutation: [0, 2, 3, 1]), $0.node(Transpose(permutation: [0, 2, 3, 1]), $1))
    },
    Sample("two reshapes", becomes: ["Reshape"]) {
      try $0.node(Reshape(), $0.node(Reshape(), $1, $0.integers([-1, 9])), $0.integers([-1, 6, 6]))
    },
    Sample("a reshape that keeps the batch", becomes: ["Reshape"]) {
      try $0.node(Reshape(), $0.node(Reshape(), $1, $0.integers([0, 36])), $0.integers([0, 6, 6]))
    },
    Sample("a flattened squeeze", [.symbol("N"), 4, 1, 1], becomes: ["Reshape"]) {
      try $0.node(Flatten(), $0.node(Squeeze(), $1, $0.integers([3])))
    },
    Sample("widening casts", becomes: ["Cast"]) {
      try $0.node(Cast(to: .float16), $0.node(Cast(to: .float64), $1))
    },
    Sample("six and Relu", becomes: ["Clip"]) {
      try $0.node(Clip(), $0.node(Relu(), $1), $0.number(0), $0.number(6))
    },
    Sample("Clip without bounds", becomes: ["Relu"]) {
      try $0.node(Clip(), $0.node(Relu(), $1), nil, $0.number(.greatestFiniteMagnitude))
    },
    Sample("Clip from 0", becomes: ["Relu"]) { try $0.node(Clip(), $1, $0.number(0)) },
    Sample("Max with 0", becomes: ["Relu"]) { try $0.node(Maximum(), $0.number(0), $1) },
    Sample("Relu of Relu", becomes: ["Relu"]) { try $0.node(Relu(), $0.node(Relu(), $1)) },
    Sample("Relu of Clip", becomes: ["Clip"]) {
      try $0.node(Relu(), $0.node(Clip(), $1, $0.number(0), $0.number(1)))
    },
    Sample("Clip of Clip", becomes: ["Clip"]) {
      try $0.node(Clip(), $0.node(Clip(), $1, $0.number(-1), $0.number(2)), $0.number(0.5), $0.number(3))
    },
    Sample("ranges apart", becomes: ["Clip"]) {
      try $0.node(Clip(), $0.node(Clip(), $1, $0.number(-1), $0.number(0.5)), $0.number(1), $0.number(3))
    },
  ]

  private static let kept: [Sample] = [
    Sample("a cast that loses values", becomes: ["Cast", "Cast"]) {
      try $0.node(Cast(to: .float32), $0.node(Cast(to: .float16), $1))
    },
    Sample("a computed bound", becomes: ["ReduceMax", "Clip", "Relu"]) {
      try $0.node(Relu(), $0.node(Clip(), $1, $0.node(ReduceMaximum(keepsAxes: false), $1)))
    },
    Sample("a shape that depends on the one before", [.symbol("N"), .symbol("M"), 4], becomes: ["Reshape", "Flatten"]) {
      try $0.node(Flatten(axis: 2), $0.node(Reshape(), $1, $0.integers([0, 2, -1, 2])))
    },
  ]

  @Test(arguments: chains + kept) func merges(sample: Sample) throws {
    let graph = try sample.graph()
    let all = try rewritten(
      graph, RemoveNoOperations(), MergeCasts(), MergeTransposes(), MergeReshapes(), MergeClips(), RemoveDeadCode(),
      tolerance: 1e-6)
    #expect(all.graph.operators == sample.expected)
  }

  @Test func keepsALimitThatIsReadElsewhere() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 3])
    let y = try sketch.node(Clip(), x, sketch.number(-1), sketch.number(1))
    let z = try sketch.node(Relu(), y)
    #expect(try rewritten(sketch.finish(z, y), MergeClips()).graph.operators == ["Clip", "Relu"])
  }

  @Test func keepsATranspositionThatIsReadElsewhere() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 3, 4])
    let y = try sketch.node(Transpose(permutation: [1, 2, 0]), x)
    let z = try sketch.node(Transpose(permutation: [1, 2, 0]), y)
    #expect(try rewritten(sketch.finish(z, y), MergeTransposes()).graph.operators == ["Transpose", "Transpose"])
  }
}
