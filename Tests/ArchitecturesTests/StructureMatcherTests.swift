import CNNArchitectures
import CNNGraphs
import CNNOperators
import CNNTensors
import Testing

/// One after the other, since networks have some hundred megabytes of weights.
@Suite(.serialized) struct StructureMatcherTests {
  /// The other larger ones only take longer. MobileOne-S0 has branches that are the same in all but their weights' values.
  static let names =
    Zoo.entries.filter { $0.figures.parameters < 32_000_000 && $0.name != "mobileone_s0" }.map(\.name)
    + ["retinanet_resnet50_fpn_v2", "fcos_resnet50_fpn", "ssd300_vgg16", "vit_b_16"]

  /// If equal branches lead to a layer whose view of them is not followed, nothing is guessed.
  @Test func equalBranchesAreNotGuessed() throws {
    let graph = try Zoo.entry(named: "mobileone_s0").blueprint(classes: 10).graph(with: Marks()).scrambled(seed: 1)
    let error = try #require(throws: ConversionError.self) { try StructureMatcher.match(graph) }
    #expect(error.code == .unsupported)
    #expect(error.description.contains("cannot be told from another layer beside it"))
  }

  @Test(arguments: names, [false, true])
  func weightsAreFoundWithoutTheirNames(name: String, deployed: Bool) throws {
    let entry = try Zoo.entry(named: name)
    guard entry.hasDeployedForm || !deployed else { return }
    let blueprint = try entry.blueprint(classes: 10, deployed: deployed)
    let graph = try blueprint.graph(with: Marks()).scrambled(seed: 1)
    let found = try #require(try StructureMatcher.match(graph))
    #expect(found.name == name)
    #expect(found.remarks == [])
    #expect(found.tensors.map(\.key) == blueprint.weights.map(\.key))
    let confused = try found.tensors.filter { try $0.tensor.elements(as: Float.self).first != Marks.mark($0.key) }
    #expect(confused.map(\.key) == [])
  }

  @Test func stridesDecideBetweenVersions() throws {
    for name in ["resnet50", "resnet50_v1"] {
      let graph = try Zoo.entry(named: name).blueprint(classes: 10).graph(with: Zeros()).scrambled(seed: 2)
      #expect(try StructureMatcher.match(graph)?.name == name)
    }
  }

  @Test func foldedNormalizationsBecomeIdentities() throws {
    let (original, image) = try Self.network("resnet18", [3, 64, 64])
    var folded = original
    try folded.foldNormalizations()
    let found = try #require(try StructureMatcher.match(folded.scrambled(seed: 3)))
    #expect(found.name == "resnet18")
    #expect(
      found.remarks == [
        "20 batch normalizations had been folded into convolutions; they are written as ones that change nothing"
      ])
    let weights = Dictionary(uniqueKeysWithValues: found.tensors)
    #expect(try weights["bn1.running_var"]?.elements(as: Float.self) == Array(repeating: 1, count: 64))
    let blueprint = try NetworkBuilder.blueprint(
      of: found.architecture, batch: 1, inputShape: [3, 64, 64], name: "resnet18")
    let (before, after) = (
      try Self.run(original, image), try Self.run(blueprint.graph(with: Found(tensors: weights)), image)
    )
    let largest = try #require(before.map(abs).max())
    #expect(zip(before, after).allSatisfy { abs($0 - $1) <= 1e-5 * largest })
  }

  @Test(arguments: [false, true])
  func linearLayersMayBeProductsAndSums(transposing: Bool) throws {
    let (original, _) = try Self.network("lenet5", [1, 32, 32])
    var graph = original
    try graph.splitLinearLayers(transposing: transposing)
    try graph.makeConstantsNodes()
    let found = try #require(try StructureMatcher.match(graph.scrambled(seed: 4)))
    #expect(found.tensors.count == 10)
    for (key, tensor) in found.tensors {
      let expected = try #require(original.value(named: key).flatMap { original[$0].constant })
      #expect(tensor.shape == expected.shape)
      #expect(try tensor.elements(as: Float.self) == expected.elements(as: Float.self))
    }
  }

  /// Swin's biases by position are gathered from a table, and exporters write what comes out.
  @Test func resultsOfCopiesAreTakenBack() throws {
    let original = try Zoo.build("swin_t", classes: 10, seed: 7)
    var graph = original
    try graph.foldConstants()
    #expect(graph.nodes.count < original.nodes.count)
    let found = try #require(try StructureMatcher.match(graph.scrambled(seed: 6)))
    #expect(found.name == "swin_t")
    for (key, tensor) in found.tensors {
      let expected = try #require(original.value(named: key).flatMap { original[$0].constant })
      #expect(tensor.shape == expected.shape)
      let isEqual = try tensor.elements(as: Float.self) == expected.elements(as: Float.self)
      #expect(isEqual, "\(key)")
    }
  }

  @Test func missingBiasesAreZeros() throws {
    var (graph, _) = try Self.network("lenet5", [1, 32, 32])
    for index in graph.nodes.indices where graph.nodes[index].inputs.count == 3 {
      graph.nodes[index].inputs.removeLast()
    }
    let found = try #require(try StructureMatcher.match(graph))
    #expect(found.remarks == ["5 biases are not there; they are written as zeros"])
    #expect(try found.tensors[1].tensor.elements(as: Float.self) == [0, 0, 0, 0, 0, 0])
  }

  @Test func anotherEpsilonIsMadeUpFor() throws {
    var (graph, _) = try Self.network("resnet18", [3, 64, 64])
    let first = try #require(graph.nodes.firstIndex { $0.operator is BatchNormalization })
    graph.nodes[first].operator = BatchNormalization(epsilon: 0.25)
    let found = try #require(try StructureMatcher.match(graph))
    #expect(
      found.remarks == ["1 batch normalizations have another epsilon; running variances make up for it"])
    let key = "bn1.running_var"
    let before = try #require(graph.value(named: key).flatMap { graph[$0].constant }).elements(as: Float.self)
    let after = try #require(found.tensors.first { $0.key == key }).tensor.elements(as: Float.self)
    #expect(zip(before, after).allSatisfy { abs($0 + 0.25 - 1e-5 - $1) < 1e-6 })
  }

  /// Widths that no published network has can only be read off names.
  @Test func namesTellOtherWidths() throws {
    let shapes: [(key: String, shape: [Int])] = [
      ("conv1", [8, 1, 5, 5]), ("conv2", [20, 8, 5, 5]), ("fc1", [100, 500]), ("fc2", [60, 100]), ("fc3", [7, 60]),
    ].flatMap { [("\($0).weight", $1), ("\($0).bias", [$1[0]])] }
    var graph = try WeightsRecognizer.recognize(shapes).blueprint.graph(with: Marks())
    let found = try #require(try StructureMatcher.match(graph))
    #expect(found.name == nil)
    #expect(found.title == "LeNet-5 (not a published size)")
    #expect(found.tensors.map(\.key) == shapes.map(\.key))
    #expect(try StructureMatcher.match(graph.scrambled(seed: 5)) == nil)
    // Names that lie are not believed.
    for (one, other) in [("conv1.bias", "fc3.bias"), ("conv2.weight", "fc1.weight")] {
      let ids = [one, other].compactMap { graph.value(named: $0) }
      graph.rename(ids[0], to: "")
      graph.rename(ids[1], to: one)
      graph.rename(ids[0], to: other)
    }
    #expect(try StructureMatcher.match(graph) == nil)
  }

  @Test func halvesKeepTheirType() throws {
    var (graph, _) = try Self.network("resnet18", [3, 64, 64])
    try graph.foldNormalizations()
    for id in graph.valueIDs {
      guard let tensor = graph[id].constant else { continue }
      graph[id].constant = try tensor.converted(to: .float16)
      graph[id].type = .tensor(TensorType(of: tensor))
    }
    let found = try #require(try StructureMatcher.match(graph))
    #expect(Set(found.tensors.map(\.tensor.elementType)) == [.float16])
  }

  static func network(_ name: String, _ shape: [Int]) throws -> (graph: Graph, image: Tensor) {
    let classes = try Zoo.entry(named: name).classes
    let architecture = try #require(try StructureMatcher.match(Zoo.build(name, seed: 0))).architecture
    let blueprint = try NetworkBuilder.blueprint(of: architecture, batch: 1, inputShape: shape, name: name)
    let image = try Tensor(.float32, shape: [1] + shape) { (bytes: UnsafeMutableRawBufferPointer) in
      UniformGenerator(seed: 7, key: "input").fill(bytes.assumingMemoryBound(to: Float.self), center: 0, reach: 1)
    }
    #expect(architecture.classes == classes)
    return (try blueprint.graph(with: SeededWeights(seed: 7)), image)
  }

  static func run(_ graph: Graph, _ image: Tensor) throws -> [Float] {
    try #require(ReferenceEvaluator(graph).run([.tensor(image)]).first?.tensor).elements(as: Float.self)
  }
}

/// What is nearly a known network, and why it is none.
@Suite struct StructureMatcherRefusalTests {
  private static func refusal(_ name: String, _ change: (inout Graph) throws -> Void) throws -> ConversionError {
    var graph = try Zoo.entry(named: name).blueprint(classes: 10).graph(with: Marks())
    try change(&graph)
    return try #require(throws: ConversionError.self) { try StructureMatcher.match(graph) }
  }

  @Test func anotherStride() throws {
    let error = try Self.refusal("resnet18") { graph in
      let index = try #require(graph.nodes.firstIndex { $0.name == "layer2.0.conv2" })
      let window = SpatialWindow(kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1])
      graph.nodes[index].operator = Convolution(window: window)
    }
    #expect(error.code == .unsupported)
    #expect(
      error.description
        == "node 'layer2.0.conv2' (Conv): the graph has the layers of ResNet-18, but strides are [2, 2], not [1, 1] ('layer2.0.conv2.weight')"
    )
  }

  @Test func otherPadding() throws {
    let error = try Self.refusal("resnet18") { graph in
      let index = try #require(graph.nodes.firstIndex { $0.name == "layer2.0.conv2" })
      graph.nodes[index].operator = Convolution(window: SpatialWindow(kernel: [3, 3]))
    }
    #expect(
      error.description
        == "node 'layer2.0.conv2' (Conv): the graph has the layers of ResNet-18, but padding is [0, 0, 0, 0], not [1, 1, 1, 1] ('layer2.0.conv2.weight')"
    )
  }

  @Test func anotherEdge() throws {
    let error = try Self.refusal("resnet18") { graph in
      let (add, other) = (
        try #require(graph.nodes.firstIndex { $0.name == "layer3.1.bn2.add" }),
        try #require(graph.nodes.first { $0.name == "layer3.1.bn1.relu" })
      )
      graph.nodes[add].inputs[1] = other.outputs[0]
    }
    #expect(
      error.description
        == "node 'layer4.0.conv1' (Conv): the graph has the layers of ResNet-18, but what leads here comes from other layers there"
    )
  }

  @Test func aBiasOfItsOwn() throws {
    let error = try Self.refusal("resnet18") { graph in
      let bias = graph.addConstant(try Tensor([Float](repeating: 1, count: 64), shape: [64]), hint: "bias")
      graph.nodes[0].inputs.append(bias)
    }
    #expect(
      error.description
        == "node 'conv1' (Conv): the graph has the layers of ResNet-18, but this layer has no bias there")
  }

  @Test func aNormalizationMore() throws {
    let error = try Self.refusal("lenet5") { graph in
      try graph.rewrite({ $0 is Tanh }) { node, graph in
        guard node.name == "conv1.tanh" else { return [node] }
        let result = try graph.addResult()
        let ones = graph.addConstant(try Tensor([Float](repeating: 1, count: 6), shape: [6]), hint: "ones")
        let inputs = [node.inputs[0], ones, ones, ones, ones]
        return [
          Node("", BatchNormalization(), inputs: inputs, outputs: [result]),
          Node("", Tanh(), inputs: [result], outputs: node.outputs),
        ]
      }
    }
    #expect(
      error.description
        == "node 'conv1' (Conv): the graph has the layers of LeNet-5, but no batch normalization follows on this layer there"
    )
  }

  @Test func factorsOfItsOwn() throws {
    let error = try Self.refusal("resnet18") { graph in
      let factors = graph.addConstant(try Tensor([Float](repeating: 2, count: 64), shape: [64, 1, 1]), hint: "gamma")
      try graph.rewrite({ $0 is Relu }) { node, graph in
        guard node.name == "bn1.relu" else { return [node] }
        let result = try graph.addResult()
        return [
          Node("scale", Multiply(), inputs: node.inputs + [factors], outputs: [result]),
          Node("", Relu(), inputs: [result], outputs: node.outputs),
        ]
      }
    }
    #expect(
      error.description
        == "node 'scale' (Mul): the graph has the layers of ResNet-18, but this one computes with constants that have no place there"
    )
  }

  @Test func anotherEpsilonThatNothingMakesUpFor() throws {
    let error = try Self.refusal("convnext_tiny") { graph in
      let index = try #require(graph.nodes.firstIndex { $0.operator is LayerNormalization })
      graph.nodes[index].operator = LayerNormalization(epsilon: 0.25)
    }
    #expect(error.code == .unsupported)
    #expect(
      error.description
        == "node 'features.0.1' (LayerNormalization): the graph has the layers of ConvNeXt-Tiny, but epsilon is 0.25, not 1e-06"
    )
  }

  /// Small layers give Swin V2 its biases by position; of what they gave they cannot be told.
  @Test func weightsOfWhichOnlyResultsAreLeft() throws {
    let error = try Self.refusal("swin_v2_t") { try $0.foldConstants() }
    #expect(error.code == .unsupported)
    #expect(
      error.description.hasSuffix(
        "the graph has the layers of Swin V2-T, but weights cannot be told from what was computed of them"))
  }

  @Test func sharedWeightsThatDiffer() throws {
    let error = try Self.refusal("fcos_resnet50_fpn") { graph in
      let key = "head.classification_head.cls_logits.weight"
      let (id, index) = (
        try #require(graph.value(named: key)),
        try #require(
          graph.nodes.lastIndex {
            $0.name.hasPrefix("head.classification_head.cls_logits") && $0.operator is Convolution
          })
      )
      let ones = [Float](repeating: 1, count: 10 * 256 * 9)
      #expect(graph.nodes[index].inputs[1] == id)
      graph.nodes[index].inputs[1] = graph.addConstant(try Tensor(ones, shape: [10, 256, 3, 3]), hint: "ones")
    }
    #expect(error.description.hasSuffix("but it shares its weights with others there"))
  }

  @Test func anotherResult() throws {
    let error = try Self.refusal("lenet5") { graph in
      graph.outputs = [try #require(graph.nodes.last?.inputs[0])]
    }
    #expect(
      error.description
        == "node 'fc3' (Gemm): the graph has the layers of LeNet-5, but what comes out here is no result of the graph")
  }

  @Test func otherNetworks() throws {
    #expect(try StructureMatcher.match(Graph()) == nil)
    var graph = try Zoo.entry(named: "lenet5").blueprint(classes: 10).graph(with: Marks())
    graph.nodes.removeFirst()
    #expect(try StructureMatcher.match(graph) == nil)
  }

  /// Each concatenation of a map with itself doubles the places where a layer's result is found.
  @Test func waysWithoutNumber() throws {
    let error = try Self.refusal("lenet5") { graph in
      try graph.rewrite({ $0 is Tanh }) { node, graph in
        var (result, nodes) = (node.inputs[0], [Node]())
        for _ in 0..<40 {
          let next = try graph.addResult()
          nodes.append(Node("", Concatenation(axis: 1), inputs: [result, result], outputs: [next]))
          result = next
        }
        return nodes + [Node("", Tanh(), inputs: [result], outputs: node.outputs)]
      }
    }
    #expect(error.code == .limit)
  }
}

/// Weights of which each begins with a number of its own.
private struct Marks: WeightSource {
  static func mark(_ key: String) -> Float { Float(key.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFF_FFFF }) }

  func tensor(for weight: WeightDescription) throws -> Tensor {
    try Tensor(.float32, shape: weight.shape) { (bytes: UnsafeMutableRawBufferPointer) in
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
      bytes.storeBytes(of: Self.mark(weight.key), as: Float.self)
    }
  }
}

/// The weights that were found.
private struct Found: WeightSource {
  let tensors: [String: Tensor]

  func tensor(for weight: WeightDescription) throws -> Tensor { try #require(tensors[weight.key]) }
}
