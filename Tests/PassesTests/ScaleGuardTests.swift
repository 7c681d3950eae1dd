import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import TestSupport
import Testing

/// Scales that stay where they are, and why.
@Suite struct ScaleGuardTests {
  private static let image: [Dimension] = [.symbol("N"), 4, 5, 5]
  private static let same = SpatialWindow(pads: [1, 1, 1, 1])
  private static let half = SpatialWindow(kernel: [2, 2], strides: [2, 2])

  typealias Guard = AffineGuardTests.Guard

  /// The scale is node 'bn' or 'scale'; what is before it is the input or Relu if it is not the point.
  static let guards = [
    Guard(
      "maximum pooling, a factor below zero", leaves: ["Conv", "MaxPool", "Mul"],
      .bothWays(before: .numbers(.negative(node: "node 'pool' (MaxPool)")), behind: .inUse(.output("y")))
    ) {
      let pool = try $0.named(MaxPooling(window: half), [try $0.convolution($1, 4, 4, kernel: [1, 1])], "pool")
      return try $0.node(Multiply(), pool, $0.number(-1))
    },
    Guard(
      "not linear", leaves: ["Conv", "Relu", "BatchNormalization"],
      .bothWays(before: .fit(.notLinear(node: "node 'relu' (Relu)")), behind: .inUse(.output("y")))
    ) {
      try $0.normalization($0.named(Relu(), [try $0.convolution($1, 4, 4, kernel: [1, 1])], "relu"), 4)
    },
    Guard(
      "resizing", leaves: ["Conv", "Resize", "BatchNormalization"],
      .bothWays(before: .fit(.notLinear(node: "node 'resize' (Resize)")), behind: .inUse(.output("y")))
    ) {
      let scales = $0.constant(try Tensor([Float(1), 1, 2, 2], shape: [4]))
      let y = try $0.convolution($1, 4, 4, kernel: [1, 1])
      return try $0.normalization($0.named(Resize(Resampling()), [y, nil, scales], "resize"), 4)
    },
    Guard(
      "nothing before it", leaves: ["BatchNormalization"],
      .bothWays(before: .fit(.notMade("x")), behind: .inUse(.output("y")))
    ) { try $0.normalization($1, 4) },
    Guard(
      "another reader", leaves: ["Conv", "BatchNormalization", "Add"],
      .bothWays(
        before: .inUse(.reader("conv", node: "node 'sum' (Add)")),
        behind: .fit(.operand("bn", node: "node 'sum' (Add)")))
    ) {
      let conv = try $0.convolution($1, 4, 4, kernel: [1, 1], name: "conv")
      return try $0.node(Add(), conv, $0.normalization(conv, 4, name: "bn"), name: "sum")
    },
    Guard(
      "weights shared before it", leaves: ["Conv", "Relu", "Conv", "BatchNormalization"],
      .bothWays(before: .inUse(.constant("weight", node: nil)), behind: .inUse(.output("y")))
    ) {
      let weight = try $0.weights([4, 4, 1, 1])
      let y = try $0.node(Relu(), $0.node(Convolution(), $1, weight))
      return try $0.normalization($0.node(Convolution(), y, weight), 4)
    },
    Guard(
      "weights shared behind it", leaves: ["BatchNormalization", "Conv", "Relu", "Conv"],
      .bothWays(before: .fit(.notMade("x")), behind: .inUse(.constant("weight", node: nil)))
    ) {
      let weight = try $0.weights([4, 4, 1, 1])
      let y = try $0.node(Convolution(), $0.normalization($1, 4), weight)
      return try $0.node(Convolution(), $0.node(Relu(), y), weight)
    },
    Guard(
      "weights that are computed", leaves: ["ReduceMean", "Conv", "BatchNormalization"],
      .bothWays(before: .notConstant("mean", isInput: false), behind: .inUse(.output("y")))
    ) {
      let weight = try $0.named(ReduceMean(keepsAxes: true), [$1, $0.integers([0, 2, 3])], "mean")
      return try $0.normalization($0.node(Convolution(), $1, weight, name: "conv"), 1)
    },
    Guard(
      "a bias that is computed", leaves: ["ReduceMean", "Conv", "BatchNormalization"],
      .bothWays(before: .notConstant("mean", isInput: false), behind: .inUse(.output("y")))
    ) {
      let bias = try $0.named(ReduceMean(keepsAxes: false), [$1, $0.integers([0, 2, 3])], "mean")
      return try $0.normalization(
        $0.node(Convolution(), $1, $0.weights([4, 4, 1, 1]), bias, name: "conv"), 4)
    },
    Guard(
      "a padded convolution", leaves: ["BatchNormalization", "Conv"],
      .bothWays(before: .fit(.notMade("x")), behind: .border(.shiftBefore(node: "node 'conv' (Conv)")))
    ) { try $0.convolution($0.normalization($1, 4), 4, 4, kernel: [3, 3], window: same, name: "conv") },
    Guard(
      "a padding that counts", leaves: ["BatchNormalization", "AveragePool", "Conv"],
      .bothWays(before: .fit(.notMade("x")), behind: .border(.shiftBefore(node: "node 'pool' (AveragePool)")))
    ) {
      let pool = AveragePooling(window: SpatialWindow(kernel: [3, 3], pads: [1, 1, 1, 1]), countsPadding: true)
      return try $0.convolution($0.named(pool, [try $0.normalization($1, 4)], "pool"), 4, 4, kernel: [1, 1])
    },
    Guard(
      "a transposed convolution with steps", leaves: ["BatchNormalization", "ConvTranspose"],
      .bothWays(before: .fit(.notMade("x")), behind: .border(.unevenShift(node: "node 'up' (ConvTranspose)")))
    ) {
      let window = SpatialWindow(strides: [2, 2])
      return try $0.transposedConvolution(
        $0.normalization($1, 4), 4, 4, kernel: [2, 2], window: window, name: "up")
    },
    Guard(
      "a transposed convolution with a window", leaves: ["BatchNormalization", "ConvTranspose"],
      .bothWays(before: .fit(.notMade("x")), behind: .border(.unevenShift(node: "node 'up' (ConvTranspose)")))
    ) { try $0.transposedConvolution($0.normalization($1, 4), 4, 4, kernel: [3, 3], name: "up") },
    Guard(
      "a value added to itself", leaves: ["Conv", "Add", "BatchNormalization"],
      .bothWays(before: .fit(.broadcasts(node: "node 'sum' (Add)")), behind: .inUse(.output("y")))
    ) {
      let y = try $0.convolution($1, 4, 4, kernel: [1, 1])
      return try $0.normalization($0.node(Add(), y, y, name: "sum"), 4)
    },
    Guard(
      "a sum that broadcasts", leaves: ["Conv", "GlobalAveragePool", "Conv", "Add", "BatchNormalization"],
      .bothWays(before: .fit(.broadcasts(node: "node 'sum' (Add)")), behind: .inUse(.output("y")))
    ) {
      let pooled = try $0.node(GlobalAveragePooling(), $0.convolution($1, 4, 4, kernel: [1, 1]))
      let sum = try $0.node(Add(), $0.convolution($1, 4, 4, kernel: [1, 1]), pooled, name: "sum")
      return try $0.normalization(sum, 4)
    },
    Guard(
      "a value twice behind itself", leaves: ["Conv", "Concat", "BatchNormalization"],
      .bothWays(before: .inUse(.twice("conv")), behind: .inUse(.output("y")))
    ) {
      let y = try $0.convolution($1, 4, 4, kernel: [1, 1], name: "conv")
      return try $0.normalization($0.node(Concatenation(axis: 1), y, y), 8)
    },
    Guard(
      "rows behind one another", leaves: ["Conv", "Conv", "Concat", "BatchNormalization"],
      .bothWays(before: .fit(.notLinear(node: "node 'rows' (Concat)")), behind: .inUse(.output("y")))
    ) {
      let y = try $0.node(
        Concatenation(axis: 2), $0.convolution($1, 4, 4, kernel: [1, 1]), $0.convolution($1, 4, 4, kernel: [1, 1]),
        name: "rows")
      return try $0.normalization(y, 4)
    },
    Guard(
      "shuffled channels", leaves: ["Conv", "Reshape", "BatchNormalization"],
      .bothWays(before: .fit(.mixes(node: "node 'reshape' (Reshape)")), behind: .inUse(.output("y")))
    ) {
      let y = try $0.convolution($1, 4, 4, kernel: [1, 1])
      let mixed = try $0.node(Reshape(), y, $0.integers([0, 5, 4, 5]), name: "reshape")
      return try $0.normalization(mixed, 5)
    },
    Guard(
      "zeros around", leaves: ["Conv", "Pad", "BatchNormalization"],
      .bothWays(before: .fit(.notLinear(node: "node 'pad' (Pad)")), behind: .inUse(.output("y")))
    ) {
      let y = try $0.convolution($1, 4, 4, kernel: [1, 1])
      return try $0.normalization(
        $0.node(Padding(), y, $0.integers([0, 0, 1, 1, 0, 0, 1, 1]), name: "pad"), 4)
    },
    Guard(
      "channels repeated by padding", leaves: ["Conv", "Pad", "BatchNormalization"],
      .bothWays(before: .fit(.padsChannels(node: "node 'pad' (Pad)")), behind: .inUse(.output("y")))
    ) {
      let y = try $0.convolution($1, 4, 4, kernel: [1, 1])
      return try $0.normalization(
        $0.node(Padding(mode: .edge), y, $0.integers([0, 1, 0, 0, 0, -1, 0, 0]), name: "pad"), 4)
    },
    Guard(
      "read as weights", leaves: ["BatchNormalization", "Conv"],
      .bothWays(before: .fit(.notMade("x")), behind: .fit(.operand("bn", node: "node 'conv' (Conv)")))
    ) {
      let y = try $0.normalization($1, 4, name: "bn")
      return try $0.node(Convolution(), $1, y, name: "conv")
    },
    Guard(
      "one of two readers", leaves: ["BatchNormalization", "Conv", "Sigmoid", "Add"],
      .bothWays(before: .fit(.notMade("x")), behind: .fit(.notLinear(node: "node 'sigmoid' (Sigmoid)")))
    ) {
      let y = try $0.normalization($1, 4)
      let conv = try $0.convolution(y, 4, 4, kernel: [1, 1])
      return try $0.node(Add(), conv, $0.node(Sigmoid(), y, name: "sigmoid"))
    },
    Guard(
      "a linear layer that reads its input transposed", [4, 4], leaves: ["BatchNormalization", "Gemm"],
      .bothWays(before: .fit(.notMade("x")), behind: .fit(.transposed(node: "node 'fc' (Gemm)")))
    ) {
      let product = GeneralMatrixMultiplication(transposesA: true)
      return try $0.node(product, $0.normalization($1, 4), $0.weights([4, 3]), $0.weights([3]), name: "fc")
    },
    Guard(
      "two ways to one sum", leaves: ["Relu", "BatchNormalization", "AveragePool", "MaxPool", "Concat"],
      .bothWays(
        before: .fit(.notLinear(node: "node 'relu' (Relu)")), behind: .fit(.notLinear(node: "node 'join' (Concat)")))
    ) {
      let y = try $0.normalization($0.named(Relu(), [$1], "relu"), 4, positive: true)
      let (a, b) = (
        try $0.node(AveragePooling(window: half), y), try $0.node(MaxPooling(window: half), y)
      )
      return try $0.node(Concatenation(axis: 1), a, b, name: "join")
    },
  ]

  @Test(arguments: guards) func refuses(_ found: Guard) throws {
    // Windows are drawn at extents of 5, weights as images for batches of 1.
    var graph = try found.sample.graph()
    let before = graph
    let report = try PassDriver([AbsorbScales()]).run(&graph)
    #expect(graph.operators == found.sample.expected)
    #expect(report.refusals.map(\.reason) == [found.reason])
    #expect(try before.results(extent: 1).map(\.shape) == graph.results(extent: 1).map(\.shape))
  }

  /// Rounding up, the last window looks at what is not there.
  @Test(arguments: [true, false]) func looksAtWindowsThatReachOut(countsPadding: Bool) throws {
    var sketch = GraphSketch()
    let x = try sketch.input(Self.image)
    let window = SpatialWindow(kernel: [2, 2], strides: [2, 2], ceilMode: true)
    let pool = try sketch.node(
      AveragePooling(window: window, countsPadding: countsPadding),
      sketch.convolution(
        x, 4, 4, kernel: [1, 1]))
    _ = try rewritten(sketch.finish(sketch.normalization(pool, 4)), AbsorbScales())
  }

  @Test func refusesNumbersThatDoNotFit() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 2, 3, 3], "x", .float16)
    func stored(_ values: [Float], _ shape: [Int]) throws -> ValueID {
      sketch.constant(try Tensor(values, shape: shape).converted(to: .float16))
    }
    let conv = try sketch.node(Convolution(), x, stored([300, -1, 2, 0.25], [2, 2, 1, 1]))
    let pool = try sketch.node(GlobalAveragePooling(), conv)
    let graph = try sketch.finish(sketch.node(Multiply(), pool, stored([300], [])))
    let (result, refusals) = try rewritten(graph, AbsorbScales(), tolerance: .infinity)
    #expect(result.operators == ["Conv", "GlobalAveragePool", "Mul"])
    #expect(refusals == [.numbers(.tooLarge(.float16))])
  }

  /// A way that is longer than any network's.
  @Test func refusesLongWays() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 2, 1, 1])
    var y = try sketch.convolution(x, 2, 2, kernel: [1, 1])
    for _ in 0..<256 { y = try sketch.node(Identity(), y) }
    let (result, refusals) = try rewritten(sketch.finish(sketch.normalization(y, 2)), AbsorbScales())
    #expect(result.nodes.count == 258)
    #expect(
      refusals == [.bothWays(before: .cost(.distance(limit: 256)), behind: .inUse(.output("y")))])
  }
}
