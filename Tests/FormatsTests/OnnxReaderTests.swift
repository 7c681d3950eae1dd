import CNNTensors
import TestSupport
import Testing

import CNNFormats

// The expected values stand in Fixtures/Formats/generate.py, which has the onnx package write them.

@Suite struct OnnxReaderTests {
  @Test func readsEveryField() throws {
    let model = try OnnxReader.readModel(MappedFile(path: fixture("every-field.onnx")))
    #expect(model.irVersion == 13)
    #expect(
      model.operatorSets == [
        OnnxOperatorSet(version: 24), OnnxOperatorSet(domain: "org.example", version: 1), OnnxOperatorSet(version: 24),
      ])
    #expect(model.operatorSets.map(\.omitsDomain) == [false, false, true])
    #expect(model.producerName == "generate.py")
    #expect(model.producerVersion == "1")
    #expect(model.domain == "org.example")
    #expect(model.modelVersion == -2)
    #expect(model.documentation == "a model")
    #expect(model.metadata == [OnnxEntry("model key", "model value")])
    #expect(model.trainingInfo.first?.initialization?.name == "body")
    #expect(model.trainingInfo.first?.algorithm?.nodes.first?.operatorType == "Identity")
    #expect(model.trainingInfo.first?.initializationBinding == [OnnxEntry("weight", "inner")])
    #expect(model.trainingInfo.first?.updateBinding == [OnnxEntry("weight", "inner")])
    #expect(model.configurations.first?.name == "pair")
    #expect(model.configurations.first?.deviceCount == 2)
    #expect(model.configurations.first?.devices == ["cpu:0", "cpu:1"])

    let graph = model.graph
    #expect(graph.name == "main")
    #expect(graph.documentation == "a graph")
    #expect(graph.metadata == [OnnxEntry("graph key", "graph value")])
    #expect(graph.quantizationAnnotations.first?.tensorName == "result")
    #expect(graph.quantizationAnnotations.first?.parameters == [OnnxEntry("SCALE_TENSOR", "weight")])
    #expect(graph.inputs.first?.documentation == "an input")
    #expect(graph.inputs.first?.metadata == [OnnxEntry("input key", "input value")])
    #expect(graph.nodes.last?.name == "Größe")
    let sparse = try #require(graph.sparseInitializers.first)
    #expect(sparse.shape == [2, 3])
    #expect(try elements(sparse.values) == [1.5, -2.5] as [Float])
    #expect(try elements(sparse.indices) == [1, 5] as [Int64])
    let weight = try #require(graph.initializers.first)
    #expect(weight.documentation == "six numbers")
    #expect(weight.metadata == [OnnxEntry("tensor key", "tensor value")])
    #expect(weight.shape == [2, 3])
    #expect(try elements(weight) == [0, 1, 2, 3, 4, 5] as [Float])
  }

  @Test func readsTypes() throws {
    let graph = try OnnxReader.readModel(MappedFile(path: fixture("every-field.onnx"))).graph
    let image = OnnxType(
      .tensor(
        elementType: 1,
        shape: [
          OnnxDimension(.parameter("N"), denotation: "DATA_BATCH"), OnnxDimension(.value(3)), OnnxDimension(.unknown),
        ]), denotation: "IMAGE")
    let unranked = OnnxType(.tensor(elementType: 7, shape: nil))
    #expect(graph.inputs.map(\.type) == [image])
    #expect(graph.outputs.map(\.name) == ["output", "untyped"])
    #expect(graph.outputs.map(\.type) == [OnnxType(.tensor(elementType: 9, shape: [])), nil])
    #expect(
      graph.valueInfo.map(\.type) == [
        unranked, OnnxType(.sparseTensor(elementType: 1, shape: [OnnxDimension(.value(4))])),
        OnnxType(.sequence(unranked)), OnnxType(.optional(OnnxType(.sequence(unranked)))),
        OnnxType(.map(keyType: 8, value: unranked)), OnnxType(.opaque(domain: "org.example", name: "thing")),
        OnnxType(.none, denotation: "TEXT"),
      ])
  }

  @Test func readsNodesAndAttributes() throws {
    let model = try OnnxReader.readModel(MappedFile(path: fixture("every-field.onnx")))
    let node = try #require(model.graph.nodes.first)
    #expect(node.inputs == ["image", "", "weight"])
    #expect(node.outputs == ["result", ""])
    #expect(node.operatorType == "Everything")
    #expect(node.domain == "org.example")
    #expect(node.overload == "second")
    #expect(node.documentation == "a node")
    #expect(node.metadata == [OnnxEntry("node key", "node value")])
    #expect(node.deviceConfigurations.first?.configurationID == "pair")
    #expect(node.deviceConfigurations.first?.pipelineStage == 1)
    #expect(node.deviceConfigurations.first?.shardingSpecifications.count == 1)
    #expect(node.attributes.first?.documentation == "an attribute")

    func value(_ name: String) -> OnnxAttribute.Value? { node.attributes.first { $0.name == name }?.value }
    guard case .float(-0.25) = value("float"), case .int(.min) = value("int"),
      case .string([0, 0xff]) = value("string"),
      case .floats([1, .infinity]) = value("floats"), case .ints([0, .max]) = value("ints"),
      case .strings([[0x61], []]) = value("strings"), case .ints([]) = value("no ints")
    else {
      Issue.record("a plain attribute differs")
      return
    }
    guard case .tensor(let tensor) = value("tensor"), case .graph(let graph) = value("graph"),
      case .sparseTensor(let sparse) = value("sparse"), case .type(let type) = value("type"),
      case .tensors(let tensors) = value("tensors"), case .graphs(let graphs) = value("graphs"),
      case .sparseTensors(let sparses) = value("sparses"), case .types(let types) = value("types")
    else {
      Issue.record("a structured attribute differs")
      return
    }
    #expect(tensor.name == "weight")
    #expect(graph.nodes.first?.name == "inner node")
    #expect(sparse.shape == [2, 3])
    #expect(type.kind == .optional(OnnxType(.sequence(OnnxType(.tensor(elementType: 7, shape: nil))))))
    #expect((tensors.count, graphs.count, sparses.count, types.count) == (2, 1, 1, 2))
  }

  @Test func readsFunctions() throws {
    let model = try OnnxReader.readModel(MappedFile(path: fixture("every-field.onnx")))
    let function = try #require(model.functions.first)
    #expect(function.name == "Everything")
    #expect(function.domain == "org.example")
    #expect(function.overload == "second")
    #expect(function.inputs == ["a", "b", "c"])
    #expect(function.outputs == ["y", "z"])
    #expect(function.attributes == ["float"])
    #expect(function.attributeDefaults.map(\.name) == ["int"])
    #expect(function.valueInfo.map(\.name) == ["y"])
    #expect(function.operatorSets == [OnnxOperatorSet(version: 24)])
    #expect(function.metadata == [OnnxEntry("function key", "function value")])
    guard case .reference("float", 1) = function.nodes.first?.attributes.first?.value else {
      Issue.record("a reference to an attribute differs")
      return
    }
  }

  @Test func keepsUnknownFields() throws {
    let model = try OnnxReader.readModel(MappedFile(path: fixture("unknown-fields.onnx")))
    let expected = [
      UnknownField(number: 1000, wireType: 0, bytes: [5]),
      UnknownField(number: 1001, wireType: 1, bytes: [0, 1, 2, 3, 4, 5, 6, 7]),
      UnknownField(number: 1002, wireType: 2, bytes: [2, 0x41, 0x42]),
      UnknownField(number: 1003, wireType: 5, bytes: [0, 1, 2, 3]),
    ]
    #expect(model.unknown == expected)
    #expect(model.graph.unknown == expected)
    #expect(model.graph.nodes.map(\.unknown) == [expected])
    #expect(model.graph.nodes.first?.attributes.map(\.unknown) == [expected])
    #expect(model.graph.initializers.map(\.unknown) == [expected])
    #expect(model.graph.inputs.map(\.unknown) == [expected])
    #expect(model.functions.map(\.unknown) == [expected])
  }

  @Test func tellsUntypedAttributes() throws {
    let model = try OnnxReader.readModel(MappedFile(path: fixture("old-attributes.onnx")))
    let attributes = try #require(model.graph.nodes.first?.attributes)
    func value(_ name: String) -> OnnxAttribute.Value? { attributes.first { $0.name == name }?.value }
    guard case .float(1.5) = value("f"), case .int(3) = value("i"), case .string = value("s"),
      case .floats([1, 2]) = value("floats"), case .ints([1, 2]) = value("ints"),
      case .strings([[0x61]]) = value("strings"), case .tensor = value("t")
    else {
      Issue.record("an attribute's type is told wrongly: \(attributes)")
      return
    }
  }

  @Test func payloadsStayInTheFile() throws {
    let file = try MappedFile(path: fixture("every-field.onnx"))
    let weight = try #require(try OnnxReader.readModel(file).graph.initializers.first)
    guard case .bytes(let storage) = weight.payload else {
      Issue.record("no bytes")
      return
    }
    #expect(storage.fileRange?.file === file)
  }

  @Test func readsStoredValues() throws {
    func file(_ name: String) throws -> MappedFile { try MappedFile(path: fixture("values/\(name).pb")) }
    let tensor = try OnnxReader.readTensor(file("tensor"))
    #expect(tensor.name == "one")
    #expect(try elements(tensor) == [1, 2] as [Float])

    let list = try OnnxReader.readSequence(file("sequence"))
    guard case .tensors(let tensors) = list.elements, list.name == "list" else {
      Issue.record("no sequence of tensors")
      return
    }
    #expect(tensors.map(\.name) == ["one", "two"])
    guard case .sequences(let lists) = try OnnxReader.readSequence(file("nested")).elements else {
      Issue.record("no sequence of sequences")
      return
    }
    #expect(lists.count == 1)
    guard case .maps(let maps) = try OnnxReader.readSequence(file("maps")).elements else {
      Issue.record("no sequence of maps")
      return
    }
    #expect(maps.map(\.keys) == [.integers([4, -5]), .strings([[0x61], [0x62]])])
    #expect(maps.map(\.keyType) == [7, 8])

    guard case .tensor(let some) = try OnnxReader.readOptional(file("some")).value,
      case .none(3) = try OnnxReader.readOptional(file("none")).value,
      case .optional(let inner) = try OnnxReader.readOptional(file("optional")).value, case .sequence = inner.value
    else {
      Issue.record("an optional differs")
      return
    }
    #expect(some.name == "one")
  }

  @Test(arguments: ["every-field.onnx", "element-types.onnx", "unknown-fields.onnx", "external/model.onnx"])
  func recognisesModels(_ name: String) throws {
    #expect(OnnxReader.looksLikeModel(try MappedFile(path: fixture(name))))
  }

  @Test(arguments: [
    "values/tensor.pb", "values/sequence.pb", "values/some.pb", "numpy/f4.npy", "numpy/stored.npz", "generate.py",
  ])
  func recognisesWhatIsNoModel(_ name: String) throws {
    #expect(!OnnxReader.looksLikeModel(try MappedFile(path: fixture(name))))
  }

  @Test func recognisesOtherStarts() throws {
    let folder = try TemporaryFolder()
    #expect(!OnnxReader.looksLikeModel(try folder.map([])))
    #expect(!OnnxReader.looksLikeModel(try folder.map([0x80, 0x02, 0x8a, 0x0a])))  // pickle
    #expect(!OnnxReader.looksLikeModel(try folder.map([8, 1, 0, 0, 0, 0, 0, 0, 0x7b])))  // safetensors
    let truncated = try contents(fixture("every-field.onnx")).prefix(300)
    #expect(OnnxReader.looksLikeModel(try folder.map(Array(truncated))))
  }
}
