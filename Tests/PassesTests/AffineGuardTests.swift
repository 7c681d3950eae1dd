import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import TestSupport
import Testing

/// What is no region, and what is said of it; each graph computes the same before and after.
@Suite struct AffineGuardTests {
  struct Guard: Sendable, CustomTestStringConvertible {
    let sample: Sample
    let reason: Refusal
    var testDescription: String { sample.testDescription }

    init(
      _ name: String, _ shape: [Dimension] = [.symbol("N"), 4, 5, 5], leaves expected: [String], _ reason: Refusal,
      _ build: @escaping @Sendable (inout GraphSketch, ValueID) throws -> ValueID
    ) {
      (sample, self.reason) = (Sample(name, shape, becomes: expected, build), reason)
    }
  }

  private static let same = SpatialWindow(pads: [1, 1, 1, 1])

  static let guards = [
    Guard(
      "a second reader", leaves: ["Conv", "BatchNormalization", "Relu", "Add"],
      .inUse(.reader("conv", node: "node 'relu' (Relu)"))
    ) {
      let y = try $0.convolution($1, 4, 4, kernel: [1, 1], name: "conv")
      return try $0.node(Add(), $0.normalization(y, 4), $0.named(Relu(), [y], "relu"))
    },
    Guard(
      "weights shared", leaves: ["Conv", "Relu", "Conv", "BatchNormalization"],
      .inUse(.constant("weight", node: "node 'first' (Conv)"))
    ) {
      let weight = try $0.weights([4, 4, 1, 1])
      let y = try $0.node(Relu(), $0.node(Convolution(), $1, weight, name: "first"))
      return try $0.normalization($0.node(Convolution(), y, weight, name: "second"), 4)
    },
    Guard(
      "too many multiplications", [.symbol("N"), 8, 5, 5], leaves: ["Conv", "Conv"],
      .cost(.multiplicationsPerPosition(64, before: 32))
    ) {
      try $0.convolution($0.convolution($1, 8, 2, kernel: [1, 1]), 2, 8, kernel: [1, 1])
    },
    Guard(
      "too many multiplications at a small extent", [.symbol("N"), 3, 1], leaves: ["Conv", "Conv"],
      .cost(.multiplications(27, before: 24))
    ) {
      let y = try $0.convolution($1, 3, 2, kernel: [1])
      return try $0.convolution(y, 2, 3, kernel: [1], window: SpatialWindow(pads: [1, 1]))
    },
    Guard(
      "too many weights", [.symbol("N"), 16, 6, 6], leaves: ["Conv", "AveragePool"],
      .cost(.numbers(144, before: 16))
    ) {
      let y = try $0.convolution($1, 16, 16, kernel: [1, 1], groups: 16)
      return try $0.node(AveragePooling(window: SpatialWindow(kernel: [3, 3], strides: [3, 3])), y)
    },
    Guard(
      "a shift before a padding", leaves: ["BatchNormalization", "Conv"],
      .border(.shift)
    ) {
      try $0.convolution($0.normalization($1, 4), 4, 4, kernel: [3, 3], window: same)
    },
    Guard(
      "a shift behind a window, before a padding", leaves: ["Conv", "Conv"],
      .border(.shift)
    ) {
      let y = try $0.convolution($1, 4, 4, kernel: [2, 2], groups: 4, bias: true)
      return try $0.convolution(y, 4, 4, kernel: [3, 3], window: same)
    },
    Guard(
      "a padding behind a window", leaves: ["Conv", "Conv"], .border(.windows)
    ) {
      let y = try $0.convolution($1, 4, 4, kernel: [2, 2], groups: 4)
      return try $0.convolution(y, 4, 4, kernel: [3, 3], window: same)
    },
    Guard("a padding behind a crop", leaves: ["Slice", "Conv"], .border(.windows)) {
      let y = try $0.node(Slicing(), $1, $0.integers([1, 1]), $0.integers([4, 4]), $0.integers([2, 3]))
      return try $0.convolution(y, 4, 4, kernel: [3, 3], window: same)
    },
    Guard("strides", [1, 4, 3, 3], leaves: ["Conv", "Conv", "Add"], .fit(.strides)) {
      let a = try $0.convolution($1, 4, 4, kernel: [1, 1], window: SpatialWindow(strides: [3, 3]))
      return try $0.node(Add(), a, $0.convolution($1, 4, 4, kernel: [3, 3]))
    },
    Guard("ends", [1, 4, 4, 4], leaves: ["Conv", "Conv", "Add"], .fit(.ends)) {
      let (a, b) = (SpatialWindow(strides: [2, 2]), SpatialWindow(strides: [2, 2], pads: [0, 0, 1, 1]))
      return try $0.node(
        Add(), $0.convolution($1, 4, 4, kernel: [2, 2], window: a),
        $0.convolution($1, 4, 4, kernel: [2, 2], window: b))
    },
    Guard(
      "infinite numbers", leaves: ["Conv", "Mul"], .numbers(.notFinite("constant"))
    ) {
      let factors = $0.constant(try Tensor([Float(1), 2, .infinity, 3], shape: [4, 1, 1]))
      return try $0.node(Multiply(), $0.convolution($1, 4, 4, kernel: [1, 1]), factors)
    },
    Guard("a quotient by zero", leaves: ["Conv", "Div"], .numbers(.notFinite("number"))) {
      try $0.node(Divide(), $0.convolution($1, 4, 4, kernel: [1, 1]), $0.number(0))
    },
    Guard(
      "computed parameters", leaves: ["Conv", "ReduceMean", "Abs", "BatchNormalization"],
      .notConstant("variance", isInput: false)
    ) {
      let y = try $0.convolution($1, 4, 4, kernel: [1, 1])
      let mean = try $0.node(ReduceMean(keepsAxes: false), $1, $0.integers([0, 2, 3]))
      let variance = try $0.named(AbsoluteValue(), [mean], "variance")
      return try $0.node(
        BatchNormalization(epsilon: 1), y, $0.weights([4]), $0.weights([4]), $0.weights([4]), variance)
    },
  ]

  @Test(arguments: guards) func refuses(_ found: Guard) throws {
    let (graph, refusals) = try rewritten(found.sample.graph(), CollapseAffineRegions())
    #expect(graph.operators == found.sample.expected)
    #expect(refusals.contains(found.reason), "\(refusals)")
  }

  /// A value between is a result itself.
  @Test func refusesResults() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 4, 5, 5])
    let conv = try sketch.convolution(x, 4, 4, kernel: [1, 1], name: "conv")
    let graph = try sketch.finish(sketch.normalization(conv, 4), conv)
    let (result, refusals) = try rewritten(graph, CollapseAffineRegions())
    #expect(result.operators == ["Conv", "BatchNormalization"])
    #expect(refusals == [.inUse(.output("y1"))])
  }

  /// A weight that is a result is written elsewhere under another name.
  @Test func keepsResultsThatAreWeights() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 4, 5, 5])
    let weight = try sketch.weights([4, 4, 1, 1])
    let y = try sketch.normalization(sketch.node(Convolution(), x, weight, name: "conv"), 4)
    var graph = try sketch.finish(y)
    graph.outputs.append(weight)
    let (result, _) = try rewritten(graph, CollapseAffineRegions())
    #expect(result.outputs.map { result[$0].name } == ["y", "weight"])
  }

  /// Parameters that a caller can set, as files before version 4 of the format have all of them.
  @Test func refusesParametersThatAreInputs() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 4, 5, 5])
    let y = try sketch.normalization(sketch.convolution(x, 4, 4, kernel: [1, 1], name: "conv"), 4, name: "bn")
    var graph = try sketch.finish(y)
    for name in ["bn.running_mean"] { graph.inputs.append(graph.value(named: name)!) }
    let (result, refusals) = try rewritten(graph, CollapseAffineRegions())
    #expect(result.operators == ["Conv", "BatchNormalization"])
    #expect(refusals == [.notConstant("bn.running_mean", isInput: true)])
    graph.storeDefaults()
    #expect(try rewritten(graph, CollapseAffineRegions()).graph.operators == ["Conv"])
    graph.inputs.append(graph.value(named: "conv.weight")!)
    #expect(try rewritten(graph, CollapseAffineRegions()).graph.operators == ["Conv", "BatchNormalization"])
  }

  /// A normalization as it is trained.
  @Test func refusesTraining() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 4, 3, 3])
    let conv = try sketch.convolution(x, 4, 4, kernel: [1, 1])
    let operands = try (0..<4).map { _ in try sketch.weights([4]) }
    let results = try sketch.nodes(BatchNormalization(isTraining: true), [conv] + operands, outputs: 3)
    let graph = try sketch.finish(results[0])
    #expect(try rewritten(graph, CollapseAffineRegions()).graph.operators == ["Conv", "BatchNormalization"])
    var alone = GraphSketch()
    let y = try alone.input([2, 4, 3, 3])
    let others = try (0..<4).map { _ in try alone.weights([4]) }
    let made = try alone.nodes(
      BatchNormalization(isTraining: true), [try alone.convolution(y, 4, 4, kernel: [1, 1])] + others, outputs: 1)
    let (result, refusals) = try rewritten(alone.finish(made[0]), CollapseAffineRegions())
    #expect(result.operators == ["Conv", "BatchNormalization"])
    #expect(refusals == [.form(.training)])
  }

  @Test func refusesParametersForEachPosition() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 2, 3])
    let conv = try sketch.convolution(x, 2, 2, kernel: [1])
    let variance = sketch.constant(try Tensor((1...6).map(Float.init), shape: [2, 3]))
    let parameters = try (0..<3).map { _ in try sketch.weights([2, 3]) } + [variance]
    let y = try sketch.nodes(BatchNormalization(isSpatial: false), [conv] + parameters, outputs: 1)[0]
    let (result, refusals) = try rewritten(sketch.finish(y), CollapseAffineRegions())
    #expect(result.operators == ["Conv", "BatchNormalization"])
    #expect(refusals == [.form(.parametersPerPosition)])
  }

  private func normalized(
    variance: [Float], epsilon: Float = 1e-5, gamma: Float = 1, type: ElementType = .float32
  ) throws -> Graph {
    var sketch = GraphSketch()
    let x = try sketch.input([.symbol("N"), 2, 3, 3], "x", type)
    func stored(_ values: [Float], _ shape: [Int]) throws -> ValueID {
      sketch.constant(try Tensor(values, shape: shape).converted(to: type))
    }
    let conv = try sketch.node(Convolution(), x, stored([0.5, -1, 2, 0.25], [2, 2, 1, 1]), name: "conv")
    return try sketch.finish(
      sketch.node(
        BatchNormalization(epsilon: epsilon), conv, stored([gamma, -gamma], [2]), stored([0.5, 1], [2]),
        stored([0.25, -2], [2]), stored(variance, [2]), name: "bn"))
  }

  /// A channel that was the same for all images.
  @Test(arguments: [1e-14, 0, 1e-38]) func foldsVanishingVariances(variance: Float) throws {
    let (result, _) = try rewritten(normalized(variance: [variance, 2]), CollapseAffineRegions())
    #expect(result.operators == ["Conv"])
  }

  @Test func refusesWhatIsNotFinite() throws {
    let (result, refusals) = try rewritten(
      normalized(variance: [2, 0], epsilon: 0), CollapseAffineRegions(), tolerance: .infinity)
    #expect(result.operators == ["Conv", "BatchNormalization"])
    #expect(refusals == [.numbers(.variance(0.0, channel: 1))])
  }

  /// 16-bit numbers reach up to 65504.
  @Test func refusesNumbersThatDoNotFit() throws {
    let graph = try normalized(variance: [1, 1], gamma: 60000, type: .float16)
    let (result, refusals) = try rewritten(graph, CollapseAffineRegions(), tolerance: .infinity)
    #expect(result.operators == ["Conv", "BatchNormalization"])
    #expect(refusals == [.numbers(.tooLarge(.float16))])
    let small = try normalized(variance: [1, 1], gamma: 8, type: .float16)
    #expect(try rewritten(small, CollapseAffineRegions(), tolerance: 4e-3).graph.operators == ["Conv"])
  }

  /// Weights in which this program does not compute.
  @Test func refusesOtherTypes() throws {
    let (result, refusals) = try rewritten(
      normalized(variance: [1, 1], type: .bfloat16), CollapseAffineRegions(), tolerance: 0.03)
    #expect(result.operators == ["Conv", "BatchNormalization"])
    #expect(refusals == [.numbers(.elementType(.bfloat16))])
  }

  @Test func computesIn64Bits() throws {
    let (result, _) = try rewritten(
      normalized(variance: [1, 3], type: .float64), CollapseAffineRegions(), tolerance: 1e-14)
    #expect(result.operators == ["Conv"])
  }
}
