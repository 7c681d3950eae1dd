import CNNArchitectures
import CNNGraphs
import CNNTensors
import TestSupport
import Testing

@Suite struct SeededWeightsTests {
  /// The constants of a graph by name.
  private func constants(_ graph: Graph) throws -> [String: [Float]] {
    try graph.values.reduce(into: [:]) { result, value in
      result[value.name] = try value.constant?.elements(as: Float.self)
    }
  }

  @Test func aSeedDecidesAll() throws {
    let first = try constants(Zoo.build("lenet5", seed: 1))
    #expect(first.count == 10)
    #expect(try constants(Zoo.build("lenet5", seed: 1)) == first)
    let other = try constants(Zoo.build("lenet5", seed: 2))
    for (key, values) in first { #expect(other[key] != values, "\(key)") }
  }

  @Test func weightsDependOnTheirKeyAlone() throws {
    let ten = try constants(Zoo.build("resnet18", classes: 10, seed: 3))
    let hundred = try constants(Zoo.build("resnet18", classes: 100, seed: 3))
    for (key, values) in ten where !key.hasPrefix("fc.") { #expect(hundred[key] == values, "\(key)") }
  }

  /// From SplitMix64's published constants, computed apart from this program.
  @Test func bitsArePinned() {
    let numbers = [Float](unsafeUninitializedCapacity: 5) { buffer, count in
      UniformGenerator(seed: 7, key: "conv1.weight").fill(.init(rebasing: buffer[..<5]), center: 0, reach: 1)
      count = 5
    }
    #expect(numbers.map { Int($0 * 0x1p23) } == [-3997354, -853388, 5658689, 278478, -1971587])
  }

  @Test(arguments: [0, 1, 2, 3, 1000])
  func everyElementIsWrittenAndInRange(count: Int) {
    let numbers = [Float](unsafeUninitializedCapacity: count) { buffer, written in
      buffer.initialize(repeating: .nan)
      UniformGenerator(seed: 1, key: "x").fill(.init(rebasing: buffer[..<count]), center: 1, reach: 0.5)
      written = count
    }
    #expect(numbers.allSatisfy { $0 >= 0.5 && $0 <= 1.5 })
  }

  @Test func varianceIsThatOfHe() throws {
    let graph = try Zoo.build("alexnet", seed: 5)
    let id = try #require(graph.value(named: "classifier.4.weight"))
    let weights = try #require(graph[id].constant).elements(as: Float.self)
    let mean = weights.reduce(0) { $0 + Double($1) } / Double(weights.count)
    let square = weights.reduce(0) { $0 + Double($1) * Double($1) } / Double(weights.count)
    #expect(abs(mean) < 1e-4)
    #expect(abs(square * 4096 / 2 - 1) < 1e-3)
  }

  @Test func theLastNormalizationOfABranchIsSmall() throws {
    let graph = try constants(Zoo.build("resnet50", seed: 5))
    #expect(try #require(graph["layer1.0.bn3.weight"]).allSatisfy { $0 >= 0.05 && $0 <= 0.15 })
    #expect(try #require(graph["layer1.0.bn2.weight"]).allSatisfy { $0 >= 0.5 && $0 <= 1.5 })
    #expect(try #require(graph["layer1.0.downsample.1.weight"]).allSatisfy { $0 >= 0.5 && $0 <= 1.5 })
  }

  @Test func aSourceMustKeepTheShape() throws {
    struct Scalars: WeightSource {
      func tensor(for weight: WeightDescription) throws -> Tensor { try Tensor(scalar: Float(0)) }
    }
    let blueprint = try Zoo.entry(named: "lenet5").blueprint(classes: 10)
    let error = try #require(throws: ConversionError.self) { try blueprint.graph(with: Scalars()) }
    #expect(error.code == .internalFault)
    #expect(error.location.tensor == "conv1.weight")
    #expect(error.message == "shape [6, 1, 5, 5] expected, [] found")
  }
}
