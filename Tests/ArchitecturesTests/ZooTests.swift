import CNNArchitectures
import CNNGraphs
import CNNOperators
import CNNTensors
import Testing

/// One after the other, since the largest networks have half a gigabyte of weights.
@Suite(.serialized) struct ZooTests {
  @Test func namesAreUnique() {
    let names = Zoo.entries.map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: [
    ("lenet5", 61_706), ("alexnet", 61_100_840), ("vgg16", 138_357_544), ("resnet50", 25_557_032),
  ])
  func parametersAreCounted(name: String, count: Int) throws {
    #expect(try Zoo.entry(named: name).figures.parameters == count)
  }

  @Test(arguments: Zoo.entries.map(\.name))
  func graphsAreVerifiedAndInferred(name: String) throws {
    let entry = try Zoo.entry(named: name)
    var graph = try entry.blueprint(classes: 17).graph(with: Zeros())
    try graph.verify()
    var inference = TypeInference()
    try inference.infer(&graph)
    #expect(inference.contradictions.isEmpty)
    #expect(graph.inputs.map { graph[$0].name } == ["input"])
    #expect(
      graph.inputs.map { graph[$0].type } == [.tensor(.float32, [.symbol("N")] + entry.inputShape.map(Dimension.fixed))]
    )
    let results = entry.results(classes: 17)
    #expect(graph.outputs.map { graph[$0].name } == results.map(\.name))
    let types = results.map { ValueType.tensor(.float32, [.symbol("N")] + $0.extents.map(Dimension.fixed)) }
    #expect(graph.outputs.map { graph[$0].type } == types)
    #expect(Set(graph.nodes.map(\.name)).count == graph.nodes.count)
  }

  /// A network from each family, so that activations neither die nor explode.
  @Test(arguments: [
    "lenet5", "alexnet_2012", "vgg11_bn", "resnet50", "googlenet", "inception_v4", "densenet121", "xception",
    "shufflenet_v2_x1_0", "mnasnet1_0", "mobilenet_v3_large", "efficientnet_b0", "efficientnet_v2_s", "repvgg_a0",
  ])
  func outputsStayInRange(name: String) throws {
    let entry = try Zoo.entry(named: name)
    let image = try Tensor(.float32, shape: [1] + entry.inputShape) { (bytes: UnsafeMutableRawBufferPointer) in
      UniformGenerator(seed: 7, key: "input").fill(bytes.assumingMemoryBound(to: Float.self), center: 0, reach: 1)
    }
    let outputs = try ReferenceEvaluator(Zoo.build(name, seed: 7)).run([.tensor(image)])
    let output = try #require(outputs.first?.tensor).elements(as: Float.self)
    let largest = try #require(output.map(abs).max())
    #expect(output.count == entry.classes)
    #expect(largest > 0.1 && largest < 10_000)
  }

  @Test func nodesAreNamedAfterModules() throws {
    let graph = try Zoo.entry(named: "resnet18").blueprint(classes: 10).graph
    #expect(
      graph.nodes.prefix(9).map(\.name) == [
        "conv1", "bn1", "bn1.relu", "bn1.max_pool", "layer1.0.conv1", "layer1.0.bn1", "layer1.0.bn1.relu",
        "layer1.0.conv2", "layer1.0.bn2",
      ])
    #expect(graph.nodes.last?.name == "fc")
  }

  @Test(arguments: [
    ("vgg-16", "there is no architecture 'vgg-16'; did you mean vgg16, vgg16_bn?"),
    ("resnet", "there is no architecture 'resnet'; did you mean resnet18, resnet34, resnet50, resnet101?"),
    ("resnet52", "there is no architecture 'resnet52'; did you mean resnet50, resnet152, resnet18, resnet34?"),
    ("LeNet", "there is no architecture 'LeNet'; did you mean lenet5, lenet5_relu?"),
    ("transformer", "there is no architecture 'transformer'; the zoo lists the known ones"),
    ("", "there is no architecture ''; the zoo lists the known ones"),
  ])
  func unknownNamesGetSuggestions(name: String, message: String) throws {
    let error = try #require(throws: ConversionError.self) { try Zoo.build(name, seed: 0) }
    #expect(error.code == .usage)
    #expect(error.description == message)
  }

  @Test(arguments: [0, -1, .min, .max, 1_000_001])
  func impossibleClassesAreRefused(classes: Int) throws {
    let error = try #require(throws: ConversionError.self) { try Zoo.build("lenet5", classes: classes, seed: 0) }
    #expect(error.code == .usage)
  }
}

/// Weights that are all zero, for tests that look at shapes.
struct Zeros: WeightSource {
  func tensor(for weight: WeightDescription) throws -> Tensor {
    try Tensor(.float32, shape: weight.shape) { (bytes: UnsafeMutableRawBufferPointer) in
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }
  }
}
