import CNNArchitectures
import CNNTensors
import Foundation
import TestSupport
import Testing

/// `Fixtures/Architectures/derived-weights.expected`, made by PyTorch.
@Suite struct DerivedWeightTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let kind: String
    var tensors: [String: Tensor] = [:]
    var testDescription: String { kind }
  }

  static let cases: [Case] = {
    let file = FixtureFolders.fixtures.appending(path: "Architectures/derived-weights.expected")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    var cases: [Case] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words[0] == "case" {
        cases.append(Case(kind: words[1]))
      } else if let colon = words.firstIndex(of: ":") {
        let (shape, values) = (words[1..<colon].compactMap { Int($0) }, words[(colon + 1)...].compactMap { Float($0) })
        cases[cases.count - 1].tensors[words[0]] = try? Tensor(values, shape: shape)
      }
    }
    return cases
  }()

  @Test func thereAreCases() { #expect(Self.cases.count == 7) }

  @Test(arguments: Self.cases)
  func isWhatPyTorchMultipliesBy(sample: Case) throws {
    let keys = Set(sample.tensors.keys)
    let parts: DerivedWeight
    if keys.contains("weight_g") {
      parts = .weightNormalization(magnitude: "weight_g", direction: "weight_v")
    } else if keys.contains("weight_orig") {
      parts = .spectralNormalization(weight: "weight_orig", left: "weight_u", right: "weight_v")
    } else if keys.contains("parametrizations.weight.original") {
      parts = .spectralNormalization(
        weight: "parametrizations.weight.original", left: "parametrizations.weight.0._u",
        right: "parametrizations.weight.0._v")
    } else {
      parts = .weightNormalization(
        magnitude: "parametrizations.weight.original0", direction: "parametrizations.weight.original1")
    }
    let expected = try #require(sample.tensors["result"])
    let found = try parts.tensor { try #require(sample.tensors[$0]) }
    #expect(found.shape == expected.shape)
    #expect(found.elementType == .float32)
    let pairs = try zip(found.elements(as: Float.self), expected.elements(as: Float.self))
    #expect(pairs.allSatisfy { abs($0 - $1) <= 1e-6 })
  }

  @Test func partsThatDoNotFitAreRefused() throws {
    let short = try Tensor([Float](repeating: 1, count: 2), shape: [2, 1])
    let weight = try Tensor([Float](repeating: 1, count: 6), shape: [3, 2])
    #expect(throws: (any Error).self) {
      try DerivedWeight.weightNormalization(magnitude: "g", direction: "v").tensor { $0 == "g" ? short : weight }
    }
  }
}
