import CNNArchitectures
import CNNGraphs
import Testing

/// Networks that are a known one with differences: another head, a small stem, keys of tools.
@Suite struct BentNetworkTests {
  typealias Weights = WeightsRecognizer.Weights

  private static func weights(_ name: String) throws -> Weights {
    try PublishedNetwork(file: name).weights
  }

  private func replacing(_ prefix: String, of name: String, with head: Weights) throws -> Weights {
    try Self.weights(name).filter { !$0.key.hasPrefix(prefix) } + head
  }

  private func shape(of found: RecognizedWeights, _ index: Int = 0) -> [Int?] {
    let graph = found.blueprint.graph
    return graph[graph.outputs[index]].type.tensor?.shape?.map(\.value) ?? []
  }

  @Test func aSequenceOfLayersIsAHead() throws {
    let head: Weights = [
      ("fc.1.weight", [64, 512]), ("fc.1.bias", [64]), ("fc.3.weight", [5, 64]), ("fc.3.bias", [5]),
    ]
    let found = try WeightsRecognizer.recognize(replacing("fc.", of: "resnet18.torchvision", with: head))
    #expect(found.name == "resnet18")
    #expect(found.description.classes == 5)
    #expect(shape(of: found) == [nil, 5])
    #expect(
      found.assumptions.map(\.message) == [
        "weights cannot tell the activations of the head 'fc': ReLU is taken between its layers"
      ])
    #expect(found.blueprint.graph.nodes.suffix(3).map(\.operator.signature.name) == ["Gemm", "Relu", "Gemm"])
  }

  @Test func layersWithoutRoomBetweenThemHaveNoActivation() throws {
    let head: Weights = [
      ("fc.0.weight", [64, 512]), ("fc.0.bias", [64]), ("fc.1.weight", [5, 64]), ("fc.1.bias", [5]),
    ]
    let found = try WeightsRecognizer.recognize(replacing("fc.", of: "resnet18.torchvision", with: head))
    #expect(found.assumptions.isEmpty)
    #expect(found.blueprint.graph.nodes.suffix(2).map(\.operator.signature.name) == ["Gemm", "Gemm"])
  }

  @Test(arguments: ["resnet18.torchvision", "densenet121.torchvision", "mobilenet_v3_small.timm", "repvgg_a0.timm"])
  func withoutAHeadFeaturesAreTheOutput(name: String) throws {
    let head = ["fc.", "classifier.", "head.fc."]
    let bare = try Self.weights(name).filter { weight in !head.contains { weight.key.hasPrefix($0) } }
    let found = try WeightsRecognizer.recognize(bare)
    #expect(name.hasPrefix(found.name ?? "nothing"))
    #expect(!found.description.hasHead)
    #expect(shape(of: found).count == 2)
    #expect(found.assumptions.allSatisfy { !$0.message.contains("head") })
  }

  @Test func featuresOfAMapKeepItsExtents() throws {
    let bare = try Self.weights("vgg11_bn.torchvision").filter { $0.key.hasPrefix("features.") }
    let found = try WeightsRecognizer.recognize(bare, size: [64, 96])
    #expect(found.name == "vgg11_bn")
    #expect(shape(of: found) == [nil, 512, 2, 3])
  }

  @Test func severalHeadsAreNamed() throws {
    let heads: Weights = [
      ("age.weight", [1, 512]), ("age.bias", [1]), ("kind.0.weight", [9, 512]), ("kind.0.bias", [9]),
      ("kind.2.weight", [3, 9]), ("kind.2.bias", [3]),
    ]
    let found = try WeightsRecognizer.recognize(replacing("fc.", of: "resnet18.torchvision", with: heads))
    let graph = found.blueprint.graph
    #expect(graph.outputs.map { graph[$0].name } == ["age", "kind"])
    #expect(shape(of: found, 0) == [nil, 1])
    #expect(shape(of: found, 1) == [nil, 3])
  }

  @Test func aHeadThatDoesNotFitIsRefused() throws {
    let head: Weights = [("fc.weight", [5, 511]), ("fc.bias", [5])]
    #expect(throws: ConversionError.self) {
      try WeightsRecognizer.recognize(replacing("fc.", of: "resnet18.torchvision", with: head))
    }
  }

  @Test func namesOfOtherLibrariesAndASmallStem() throws {
    let weights = try Self.weights("resnet18.torchvision").map { key, shape in
      let name = key.replacing("downsample", with: "shortcut").replacing("fc.", with: "linear.")
      return (key: "module." + name, shape: key == "conv1.weight" ? [64, 3, 3, 3] : shape)
    }
    let found = try WeightsRecognizer.recognize(weights)
    #expect(found.prefix == "module.")
    #expect(found.architecture.inputShape == [3, 32, 32])
    #expect(found.assumptions.count == 1)
    #expect(found.blueprint.graph.nodes.allSatisfy { $0.operator.signature.name != "MaxPool" })
    #expect(found.sourceKeys["fc.weight"] == "linear.weight")
  }

  @Test func keysOfAProfilerAreLeftOut() throws {
    let profiled: Weights = [("total_ops", [1]), ("total_params", [1]), ("layer1.0.total_ops", [1])]
    let found = try WeightsRecognizer.recognize(Self.weights("resnet18.torchvision") + profiled)
    #expect(found.name == "resnet18")
    #expect(found.remarks.map(\.message) == ["3 keys of a profiler ('total_ops', 'total_params') are left out"])
  }

  @Test func normalizedWeightsAreFoundByTheirParts() throws {
    let parts: Weights = [("fc.bias", [1000]), ("fc.weight_g", [1000, 1]), ("fc.weight_v", [1000, 512])]
    let found = try WeightsRecognizer.recognize(replacing("fc.", of: "resnet18.torchvision", with: parts))
    #expect(found.derived == ["fc.weight": .weightNormalization(magnitude: "fc.weight_g", direction: "fc.weight_v")])
    let new: Weights = [
      ("fc.bias", [1000]), ("fc.parametrizations.weight.original", [1000, 512]),
      ("fc.parametrizations.weight.0._u", [1000]), ("fc.parametrizations.weight.0._v", [512]),
    ]
    #expect(
      try WeightsRecognizer.recognize(replacing("fc.", of: "resnet18.torchvision", with: new)).derived.keys.sorted()
        == ["fc.weight"])
  }

  @Test func vggTakesAnySize() throws {
    let weights = try Self.weights("vgg11.torchvision")
    for size in [[64, 64], [100, 150], [448, 448]] {
      #expect(try shape(of: WeightsRecognizer.recognize(weights, size: size)) == [nil, 1000])
    }
  }
}
