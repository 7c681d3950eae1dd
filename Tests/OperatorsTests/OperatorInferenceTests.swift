import CNNConv
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// What inference says of a value holds for what evaluation makes.
@Suite struct OperatorInferenceTests {
  /// True if a type can be that of a value that was made. An optional that holds a tensor is that tensor.
  private func fits(_ type: ValueType, _ value: RuntimeValue) -> Bool {
    guard let tensor = value.tensor else { return true }
    if case .optional(let element) = type { return fits(element, value) }
    return type.merged(with: .tensor(TensorType(of: tensor))) != nil
  }

  /// Every value of a model, and what inference with the very shapes of the inputs says.
  private func check(_ model: Model, _ fixture: Fixture) throws {
    var graph = model.graph
    for id in graph.inputs {
      guard let tensor = fixture.inputs[graph[id].name]?.tensor else { continue }
      graph[id].declaredType = .tensor(TensorType(of: tensor))
    }
    var inference = TypeInference()
    try inference.infer(&graph)
    _ = try Session(model, options: .reference).run(values: fixture.inputs) { name, value in
      for known in [model.graph, graph] {
        guard let id = known.value(named: name) else { continue }
        #expect(fits(known[id].type, value), "'\(name)' is inferred \(known[id].type)")
      }
    }
  }

  @Test(arguments: OperatorSample.names) func holdsForOperators(name: String) throws {
    let sample = try OperatorSample(name)
    try check(sample.model, sample.fixture)
    for (name, expected) in sample.fixture.outputs {
      let id = try #require(sample.model.graph.value(named: name))
      #expect(fits(sample.model.graph[id].type, expected), "'\(name)' is inferred \(sample.model.graph[id].type)")
    }
  }

  @Test(arguments: FixtureFolders.cases("Networks")) func holdsForNetworks(name: String) throws {
    let model = try Model(contentsOf: FixtureFolders.path("Networks/\(name)/model.onnx"))
    try check(model, Fixture(path: try #require(FixtureFolders.dataSets("Networks/\(name)").first), for: model))
  }

  /// Who knows less may say less, but nothing else: inputs without a type, of a type alone, of a rank alone.
  @Test(arguments: OperatorSample.names) func lessIsNotOther(name: String) throws {
    let sample = try OperatorSample(name)
    let knowledge: [(Tensor) -> ValueType] = [
      { _ in .unknown }, { .tensor($0.elementType, nil) },
      { .tensor($0.elementType, Array(repeating: .unknown, count: $0.rank)) },
      { tensor in .tensor(tensor.elementType, tensor.shape.indices.map { .symbol("D\($0)") }) },
    ]
    // Extents of one axis bear one symbol throughout, which says more than is true.
    let most = Set(sample.inputs.compactMap(\.?.tensor?.shape)).count > 1 ? 3 : 4
    for (index, describe) in knowledge.prefix(most).enumerated() {
      let inputs = sample.inputs.map { value in
        value.map { value in value.tensor.map { InferredValue(describe($0)) } ?? .unknown }
      }
      let context = InferenceContext(inputs: inputs, outputCount: sample.node.outputs.count) { body, arguments in
        var body = body
        var inner = TypeInference()
        return try inner.infer(&body, inputs: arguments)
      }
      let results = try sample.node.operator.infer(context)
      for (output, result) in zip(sample.outputs, results) {
        guard let output else { continue }
        #expect(fits(result.type, output), "\(index): inferred \(result.type)")
      }
    }
  }

  /// Padding that would leave nothing of a single element is no mistake if the extent is not known.
  @Test func transposedConvolutionOfUnknownExtents() throws {
    var sketch = GraphSketch()
    let x = try sketch.freeInput(["N", 1, "H", 5])
    let window = SpatialWindow(strides: [2, 2], pads: [1, 1, 1, 1])
    try sketch.end([try sketch.transposedConvolution(x, 1, 3, kernel: [2, 2], window: window)])
    #expect(sketch.graph[sketch.graph.outputs[0]].type == .tensor(.float32, ["N", 3, .unknown, 8]))
  }
}
