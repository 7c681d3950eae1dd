import CNNConv
import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Graphs in which kernels and the operators' own evaluation take turns, and tensors at odd addresses.
@Suite struct EngineReferenceTests {
  struct Middle: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let apply: @Sendable (inout GraphSketch, ValueID) throws -> ValueID
    init(_ name: String, _ apply: @escaping @Sendable (inout GraphSketch, ValueID) throws -> ValueID) {
      (testDescription, self.apply) = (name, apply)
    }
  }

  static let middles: [Middle] = [
    Middle("Trilu") { sketch, x in try sketch.node(TriangularPart(), x, name: "middle") },
    Middle("CumSum") { sketch, x in
      try sketch.node(CumulativeSum(), x, sketch.constant(Tensor(scalar: Int64(2))), name: "middle")
    },
    Middle("Hardmax") { sketch, x in try sketch.node(Hardmax(axis: 1), x, name: "middle") },
  ]

  /// An operator without a kernel between convolutions of 20 channels, and with 3 before one that reads plain channels.
  @Test(arguments: middles, [3, 20]) func runsOperatorsBetween(_ middle: Middle, channels: Int) throws {
    var sketch = GraphSketch(seed: channels)
    let x = try sketch.input([2, 6, 7, 8])
    let a = try sketch.node(Relu(), sketch.convolution(x, 6, channels, kernel: [3, 3], window: .padded(1), bias: true))
    let b = try middle.apply(&sketch, a)
    let y = try sketch.convolution(b, channels, 9, kernel: [3, 3], window: .padded(1))
    let z = try sketch.convolution(b, channels, channels, kernel: [3, 3], window: .padded(1), groups: channels)
    let w = try sketch.node(Multiply(), b, sketch.node(GlobalAveragePooling(), b))
    let label = "node 'middle' (\(middle.testDescription))"
    let sample = try sketch.finish(y, z, w, b)
    try expectAgreement(sample, references: [label], isWide: false)
    let session = Session(
      try Model(graph: sample.graph), options: SessionOptions(engine: EngineOptions(threads: 2), planCache: nil))
    let inputs = ["x": sample.inputs[0]]
    #expect(try session.engine(for: inputs)?.referenceSteps == [label])
    #expect(try largestDifference(session.run(inputs).values, sample.expected(isWide: false)) <= 2e-5)
  }

  /// Bodies read by name what a kernel made.
  @Test(arguments: [true, false]) func runsBodies(condition: Bool) throws {
    var sketch = GraphSketch(seed: 8)
    let x = try sketch.input([2, 6, 7, 8])
    let flag = try sketch.input(Tensor(scalar: condition), "flag")
    let captured = try sketch.convolution(x, 6, 20, kernel: [1, 1])
    sketch.rename(captured, "captured")
    let outside = try sketch.input([2, 20, 7, 8], "outside")
    func body(_ operation: any Operator) throws -> Graph {
      var body = Graph(name: "body")
      let (a, b) = (try body.addValue(Value("captured")), try body.addValue(Value("outside")))
      let (c, d) = (try body.addValue(Value("inner")), try body.addValue(Value("result")))
      body.captures = [a, b]
      body.nodes = [
        Node("", operation, inputs: [a], outputs: [c]), Node("", Add(), inputs: [c, b], outputs: [d]),
      ]
      body.outputs = [d]
      return body
    }
    let chosen = try sketch.node(If(then: body(Tanh()), else: body(Negate())), flag, name: "choice")
    sketch.capture([captured, outside])
    let y = try sketch.convolution(chosen, 20, 5, kernel: [3, 3], window: .padded(1))
    try expectAgreement(sketch.finish(y), references: ["node 'choice' (If)"])
  }

  /// Inputs, constants and what has been computed may be results, more than one of them the same tensor.
  @Test func givesWhatNothingComputes() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 6, 4, 4])
    let constant = try sketch.weights([2, 3])
    let same = try sketch.node(Identity(), x)
    let y = try sketch.convolution(same, 6, 5, kernel: [1, 1])
    let copy = try sketch.node(Identity(), y)
    let dropped = try sketch.node(Dropout(), copy)
    try expectAgreement(sketch.finish(same, constant, y, copy, dropped), references: nil)
  }

  // MARK: Observed runs

  /// Whoever watches sees the model as it is: every node's result, by the reference evaluation.
  @Test func observesTheReference() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 5, 6, 6])
    let a = try sketch.node(Relu(), sketch.normalization(sketch.convolution(x, 5, 8, kernel: [3, 3]), 8))
    let sample = try sketch.finish(sketch.node(Sigmoid(), sketch.convolution(a, 8, 4, kernel: [1, 1])))
    let model = try Model(graph: sample.graph)
    let session = Session(model, options: SessionOptions(planCache: nil))
    let values = ["x": RuntimeValue.tensor(sample.inputs[0])]
    var names: [String] = []
    var seen: [RuntimeValue] = []
    let observed = try session.run(values: values) { name, value in
      names.append(name)
      seen.append(value)
    }
    #expect(names == model.graph.nodes.flatMap { $0.outputs.compactMap { $0.map { model.graph[$0].name } } })
    let reference = try Session(model, options: .reference).run(values: values)
    #expect(try bits(observed.values) == bits(reference.values))
    let last = try #require(seen.last)
    #expect(try bits([last]) == bits(reference.values))
  }

  // MARK: Addresses

  /// The same numbers at an address that is no multiple of anything.
  private func misaligned(_ tensor: Tensor) throws -> Tensor {
    let count = tensor.byteCount
    let whole = try tensor.withBytes { bytes in
      try Storage(byteCount: count + 1) { target in
        target[0] = 0
        UnsafeMutableRawBufferPointer(rebasing: target[1...]).copyMemory(from: bytes)
      }
    }
    let part = try Storage(part: whole, offset: 1, count: count)
    return try Tensor(tensor.elementType, shape: tensor.shape, storage: part)
  }

  /// Weights lie in a file and inputs anywhere.
  @Test func takesAnyAddress() throws {
    var sketch = GraphSketch()
    let image = try sketch.input([2, 3, 9, 11], "image")
    let x = try sketch.input([2, 20, 9, 11])
    let pixel = try sketch.input([2, 37, 1, 1], "pixel")
    let matrix = try sketch.input([3, 37], "matrix")
    let sample = try sketch.finish(
      sketch.convolution(image, 3, 20, kernel: [3, 3], window: .padded(1), bias: true),
      sketch.convolution(x, 20, 24, kernel: [3, 3], window: .padded(1), bias: true),
      sketch.convolution(x, 20, 24, kernel: [5, 1], bias: true),
      sketch.convolution(x, 20, 20, kernel: [3, 3], groups: 20), sketch.convolution(pixel, 37, 9, kernel: [1, 1]),
      sketch.node(GeneralMatrixMultiplication(), matrix, sketch.weights([37, 50]), sketch.weights([50])),
      sketch.linear(matrix, 37, 50), sketch.node(Exp(), sketch.node(Add(), matrix, pixel)),
      sketch.node(Softmax(axis: -1), matrix), sketch.normalization(x, 20),
      sketch.node(MaxPooling(window: SpatialWindow(kernel: [2, 2])), x))
    var odd = sample
    odd.inputs = try sample.inputs.map(misaligned)
    for id in sample.graph.valueIDs {
      guard let constant = sample.graph[id].constant else { continue }
      odd.graph[id].constant = try misaligned(constant)
    }
    for set in instructionSets {
      let options = EngineOptions(threads: 2, instructionSet: set)
      let expected = try Engine(sample.graph, options: options).run(sample.inputs.map { RuntimeValue.tensor($0) })
      let actual = try Engine(odd.graph, options: options).run(odd.inputs.map { RuntimeValue.tensor($0) })
      #expect(try bits(actual) == bits(expected), "\(set)")
      #expect(try largestDifference(actual, sample.expected()) <= 2e-5, "\(set)")
    }
  }
}
