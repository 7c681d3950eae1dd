import CNNArchitectures
import CNNGraphs
import CNNOperators
import CNNTensors
import Foundation
import TestSupport
import Testing

/// Networks of each family that no variant of the zoo is, against PyTorch: `Fixtures/Architectures/Kin`.
@Suite(.serialized) struct KinTests {
  /// What a file says.
  private struct Kin {
    var family = ""
    var input: [Int] = []
    var output: [Float] = []
    var weights: WeightsRecognizer.Weights = []

    init(file name: String) throws {
      let text = try String(contentsOf: KinTests.folder.appending(path: "\(name).txt"), encoding: .utf8)
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ").map(String.init)
        let rest = words.dropFirst()
        switch words[0] {
        case "family": family = rest.joined(separator: " ")
        case "input": input = rest.compactMap { Int($0) }
        case "output": output = rest.compactMap { Float($0) }
        default: weights.append((words[0], rest.compactMap { Int($0) }))
        }
      }
    }
  }

  private static let folder = FixtureFolders.fixtures.appending(path: "Architectures/Kin")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }()

  @Test func thereAreFixtures() { #expect(Self.names.count > 35) }

  @Test(arguments: Self.names)
  func isRecognizedAndComputesWhatPyTorchDoes(name: String) throws {
    let kin = try Kin(file: name)
    let found = try WeightsRecognizer.recognize(kin.weights, size: Array(kin.input.dropFirst()))
    #expect(type(of: found.architecture).family == kin.family)
    let image = try Tensor(.float32, shape: [1] + kin.input) { (bytes: UnsafeMutableRawBufferPointer) in
      UniformGenerator(seed: 7, key: "input").fill(bytes.assumingMemoryBound(to: Float.self), center: 0, reach: 1)
    }
    let graph = try found.blueprint.graph(with: KinWeights())
    let output = try #require(ReferenceEvaluator(graph).run([.tensor(image)]).first?.tensor).elements(as: Float.self)
    let largest = try #require(output.map(abs).max())
    #expect(largest > 0 && largest.isFinite)
    for (found, expected) in zip(output, kin.output) {
      #expect(abs(found - expected) <= 1e-4 * largest, "\(found) for \(expected)")
    }
  }
}

/// The weights that `kin.py` draws, by key and shape.
private struct KinWeights: WeightSource {
  func tensor(for weight: WeightDescription) throws -> Tensor {
    let name = weight.key.split(separator: ".").last ?? ""
    let (center, reach): (Float, Float) =
      if name == "running_var" {
        (1, 0.5)
      } else if weight.shape.count <= 1 {
        name == "weight" || name == "gamma" ? (1, 0.2) : (0, name == "running_mean" ? 0.1 : 0.05)
      } else {
        (0, (6 / Float(weight.fanIn)).squareRoot())
      }
    return try Tensor(.float32, shape: weight.shape) { (bytes: UnsafeMutableRawBufferPointer) in
      UniformGenerator(seed: 7, key: weight.key).fill(
        bytes.assumingMemoryBound(to: Float.self), center: center, reach: reach)
    }
  }
}
