import CNNArchitectures
import CNNGraphs
import CNNOperators
import CNNTensors
import Testing

/// Every network of `Fixtures/Architectures` against PyTorch; one after the other, since some have a quarter of a gigabyte
/// of weights.
@Suite(.serialized) struct PublishedNetworkTests {
  @Test(arguments: PublishedNetwork.names)
  func isRecognizedFromKeysAndShapes(file: String) throws {
    let published = try PublishedNetwork(file: file)
    let found = try WeightsRecognizer.recognize(published.weights + published.unused)
    #expect(found.name == published.ambiguous ?? published.network)
    #expect(
      file.hasSuffix(".\(found.architecture.spelling)") || file.hasSuffix(".\(found.architecture.spelling)-deployed"))
    #expect(found.remarks.contains { $0.message.contains("training") } == !published.unused.isEmpty)
    #expect(published.ambiguous == nil || found.architecture.ambiguity != nil)
  }

  @Test(arguments: PublishedNetwork.names)
  func isRecognizedByName(file: String) throws {
    let published = try PublishedNetwork(file: file)
    #expect(try WeightsRecognizer.recognize(published.weights, as: published.network).name == published.network)
  }

  @Test(arguments: PublishedNetwork.names)
  func figuresArePublishedOnes(file: String) throws {
    let published = try PublishedNetwork(file: file)
    let found = try WeightsRecognizer.recognize(published.weights, as: published.network)
    #expect(found.blueprint.parameters == published.parameters)
    #expect(found.architecture.inputShape == published.size)
    let blueprint = try NetworkBuilder.blueprint(of: found.architecture, batch: 1, name: file)
    let macs = try #require(blueprint.graph.multiplyAccumulates)
    // torchvision publishes three digits behind the point.
    if let expected = published.gigaoperations { #expect(abs(Double(macs) / 1e9 - expected) <= 0.0005) }
  }

  @Test(arguments: PublishedNetwork.names)
  func outputsAreThoseOfPyTorch(file: String) throws {
    let published = try PublishedNetwork(file: file)
    let architecture = try WeightsRecognizer.recognize(published.weights, as: published.network).architecture
    let image = try Tensor(.float32, shape: [1] + published.input) { (bytes: UnsafeMutableRawBufferPointer) in
      UniformGenerator(seed: 7, key: "input").fill(bytes.assumingMemoryBound(to: Float.self), center: 0, reach: 1)
    }
    let blueprint = try NetworkBuilder.blueprint(
      of: architecture, batch: 1, inputShape: published.input, name: file)
    let graph = try blueprint.graph(with: FixtureWeights(scales: published.scales))
    let output = try #require(ReferenceEvaluator(graph).run([.tensor(image)]).first?.tensor).elements(as: Float.self)
    let largest = try #require(output.map(abs).max())
    #expect(largest > 0 && largest.isFinite)
    for (found, expected) in zip(output, published.output) {
      #expect(abs(found - expected) <= 2e-5 * largest + 1e-4 * abs(expected), "\(found) for \(expected)")
    }
  }
}

/// The weights that the generator of the fixtures draws: by seed 7, key, shape, and what the weight does.
private struct FixtureWeights: WeightSource {
  let scales: [String: Float]

  func tensor(for weight: WeightDescription) throws -> Tensor {
    let (center, reach): (Float, Float) =
      switch weight.role {
      case .weight: (0, (6 / Float(max(weight.fanIn, 1))).squareRoot())
      case .bias: (0, 0.05)
      case .scale, .residualScale: (0.5, 0.2)
      case .shift, .mean: (0, 0.1)
      case .variance: (1, 0.5)
      }
    let scale = scales[weight.key] ?? 1
    return try Tensor(.float32, shape: weight.shape) { (bytes: UnsafeMutableRawBufferPointer) in
      UniformGenerator(seed: 7, key: weight.key).fill(
        bytes.assumingMemoryBound(to: Float.self), center: scale * center, reach: scale * reach)
    }
  }
}
