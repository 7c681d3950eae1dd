import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Softmax, normalizations and reductions along any axes, against the reference evaluation.
@Suite(.serialized) struct EngineRowTests {
  static let shapes: [[Int]] = [
    [1], [37], [5, 1], [3, 130], [2, 7, 33], [4, 1, 65], [2, 3, 5, 7], [1, 2, 70, 3, 2], [3, 2500],
  ]

  // MARK: Softmax

  @Test(arguments: shapes) func takesSoftmaxAlongAnyAxis(_ shape: [Int]) throws {
    for axis in shape.indices {
      var sketch = GraphSketch(seed: axis + 1)
      let x = try sketch.input(shape, scale: 20)
      try expectAgreement(
        sketch.finish(
          sketch.node(Softmax(axis: axis), x), sketch.node(LogSoftmax(axis: axis - shape.count), x),
          sketch.node(Softmax(axis: axis, flattens: true), x)), "axis \(axis)")
    }
  }

  /// NaN and infinities go through their own line alone, as in the reference.
  @Test(arguments: [0, 1]) func keepsSpecialLines(axis: Int) throws {
    for special in [Float.nan, .infinity, -.infinity, 3e38, -3e38] {
      var sketch = GraphSketch()
      var values = (0..<6 * 35).map { Float($0 % 11) - 5 }
      values[37] = special
      let x = try sketch.input(Tensor(values, shape: [6, 35]))
      let sum = sketch.constant(try Tensor([Int64(axis)], shape: [1]))
      try expectAgreement(
        sketch.finish(
          sketch.node(Softmax(axis: axis), x), sketch.node(LogSoftmax(axis: axis), x),
          sketch.node(ReduceMaximum(), x, sum), sketch.node(ReduceMinimum(), x, sum)), "\(special)")
    }
  }

  /// What convolutions leave in blocks, and what single pixels leave as rows with gaps.
  @Test func readsEveryForm() throws {
    var sketch = GraphSketch()
    let x = try sketch.convolution(sketch.input([3, 5, 6, 7]), 5, 21, kernel: [1, 1])
    let row = try sketch.node(Flatten(), sketch.node(GlobalMaxPooling(), x))
    let axes = try sketch.integers([1])
    try expectAgreement(
      sketch.finish(
        sketch.node(Softmax(axis: 1), x), sketch.node(Softmax(axis: 1), row), sketch.node(Softmax(axis: 0), row),
        sketch.node(ReduceMean(), x, axes), sketch.node(ReduceSum(), row, axes),
        sketch.nodes(LayerNormalization(), [row, sketch.weights([21]), sketch.weights([21])], outputs: 1)[0],
        sketch.node(InstanceNormalization(), x, sketch.weights([21]), sketch.weights([21]))))
  }

  // MARK: Normalizations

  @Test(arguments: shapes) func normalizesRows(_ shape: [Int]) throws {
    for axis in shape.indices {
      var sketch = GraphSketch(seed: axis + 1)
      let x = try sketch.node(Add(), sketch.input(shape), sketch.number(3))
      let own = Array(shape[axis...])
      let (scale, shift) = (try sketch.weights(own), try sketch.weights(own))
      let given = try sketch.input(own, "given")
      let sample = try sketch.finish(
        sketch.node(LayerNormalization(axis: axis), x, scale, shift),
        sketch.node(LayerNormalization(axis: axis - shape.count, epsilon: 0.01), x, scale),
        sketch.node(LayerNormalization(axis: axis), x, given, sketch.weights([1])),
        sketch.node(RMSNormalization(axis: axis), x, scale))
      try expectAgreement(sample, "axis \(axis)")
    }
  }

  @Test(arguments: [[2, 12, 5, 7], [3, 12], [1, 12, 70], [2, 12, 3, 4, 5]]) func normalizesGroups(_ shape: [Int])
    throws
  {
    for groups in [1, 3, 12] {
      var sketch = GraphSketch(seed: groups)
      let x = try sketch.input(shape, scale: 4)
      let (scale, shift) = (try sketch.weights([12]), try sketch.weights([12]))
      try expectAgreement(
        sketch.finish(
          sketch.node(GroupNormalization(groups: groups), x, scale, shift),
          sketch.node(InstanceNormalization(), x, scale, sketch.input([12], "shift"))), "\(groups) groups")
    }
  }

  // MARK: Reductions

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let operation: any Operator
    init(_ name: String, _ operation: any Operator) { (testDescription, self.operation) = (name, operation) }
  }

  static let reductions: [Case] = [
    Case("sum", ReduceSum()), Case("mean", ReduceMean()), Case("max", ReduceMaximum()), Case("min", ReduceMinimum()),
    Case("L1", ReduceL1()), Case("L2", ReduceL2()), Case("squares", ReduceSumSquare()),
    Case("log", ReduceLogSum()), Case("mean without axes", ReduceMean(keepsAxes: false)),
  ]

  @Test(arguments: reductions, shapes) func reduces(_ one: Case, _ shape: [Int]) throws {
    var sketch = GraphSketch(seed: shape.count)
    // Sums near zero would say little, and their logarithm nothing.
    let x = try sketch.node(Add(), sketch.input(shape), sketch.number(1.5))
    var results = [try sketch.nodes(one.operation, [x], outputs: 1)[0]]
    for mask in 1..<1 << shape.count {
      let axes = shape.indices.filter { mask >> $0 & 1 == 1 }
      results.append(try sketch.node(one.operation, x, sketch.integers(axes)))
    }
    try expectAgreement(sketch.finish(all: results), one.testDescription)
  }

  /// So many elements for so few results that threads share them: the same bits for any number of threads.
  @Test(arguments: [[1 << 18], [1 << 12, 40], [16, 1 << 14], [3, 1 << 15, 20]]) func sharesReductions(_ shape: [Int])
    throws
  {
    var sketch = GraphSketch()
    let x = try sketch.node(Add(), sketch.input(shape), sketch.number(1.5))
    let axes = try sketch.integers([max(0, shape.count - 2)])
    let results = [
      try sketch.node(ReduceMean(), x), try sketch.node(ReduceSum(), x, axes), try sketch.node(ReduceL2(), x, axes),
      try sketch.node(ReduceMaximum(), x), try sketch.node(Softmax(axis: 0), x), try sketch.node(Softmax(axis: -1), x),
    ]
    let sample = try sketch.finish(all: results)
    try expectAgreement(sample)
    let inputs = sample.inputs.map { RuntimeValue.tensor($0) }
    let one = try Engine(sample.graph, options: EngineOptions(threads: 1)).run(inputs)
    for threads in [2, 3, 5] {
      let more = try Engine(sample.graph, options: EngineOptions(threads: threads)).run(inputs)
      #expect(try bits(more) == bits(one), "\(threads) threads")
    }
  }

  /// Pooling over whole lines and volumes.
  @Test(arguments: [[2, 7, 33], [2, 5, 3, 4, 6]]) func poolsWhole(_ shape: [Int]) throws {
    var sketch = GraphSketch()
    let x = try sketch.input(shape)
    try expectAgreement(sketch.finish(sketch.node(GlobalAveragePooling(), x), sketch.node(GlobalMaxPooling(), x)))
  }
}
