import CNNConv
import CNNGraphs
import CNNTensors
import Foundation
import TestSupport
import Testing

/// Whole networks: as exporters write them, against their fixtures and the reference evaluation. One after the other,
/// since some have hundreds of megabytes of weights.
@Suite(.serialized) struct EngineNetworkTests {
  static let names = FixtureFolders.cases("Networks")

  @Test func thereAreSome() { #expect(Self.names.count > 20) }

  @Test(arguments: names) func agrees(name: String) throws {
    let folder = FixtureFolders.path("Networks/\(name)")
    let model = try Model(contentsOf: "\(folder)/model.onnx")
    let sets = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("test_data_set_") }
    #expect(!sets.isEmpty)
    for set in sets {
      let fixture = try Fixture(path: "\(folder)/\(set)", for: model)
      let expected = try Session(model, options: .reference).run(values: fixture.inputs)
      for threads in [1, 2] {
        for fuses in [true, false] {
          let options = SessionOptions(fuses: fuses, engine: EngineOptions(threads: threads), planCache: nil)
          let session = Session(model, options: options)
          let what = "\(set), \(threads) threads, fuses: \(fuses)"
          try compare(session.run(values: fixture.inputs), expected, tolerance: 2e-5, what)
          let verification = try model.verify(fixture, options: options)
          #expect(verification.failure == nil, "\(what)")
        }
      }
    }
  }

  /// Expects outputs within `tolerance` of the largest.
  private func compare(
    _ actual: Session.Outputs, _ expected: Session.Outputs, tolerance: Double, _ what: String
  ) throws {
    #expect(actual.names == expected.names)
    try #require(actual.values.count == expected.values.count)
    for (index, name) in expected.names.enumerated() {
      let comparison = Comparison(
        name, actual: actual.values[index], expected: expected.values[index],
        tolerance: Tolerance(relative: 0, absolute: .infinity))
      #expect(comparison.reason == nil, "\(name), \(what)")
      #expect(
        comparison.maxAbsoluteError <= tolerance * comparison.maxExpected,
        "\(name) differs by \(comparison.maxAbsoluteError) of \(comparison.maxExpected), \(what)")
    }
  }

  /// Images so small that the last layers see a single pixel. Rounding adds up over random weights of this depth.
  @Test(arguments: ["resnet50", "mobilenet_v2", "shufflenet_v2_x1_0", "efficientnet_b0", "densenet121"])
  func takesSmallImages(name: String) throws {
    var graph = try Zoo.build(name, classes: 10, seed: 3)
    let id = try #require(graph.inputs.first)
    graph[id].declaredType = .tensor(.float32, [2, 3, 32, 32])
    let model = try Model(graph: graph)
    let image = try SeededInputs(seed: 1).values(for: model)
    let expected = try Session(model, options: .reference).run(image)
    for fuses in [true, false] {
      let options = SessionOptions(fuses: fuses, engine: EngineOptions(threads: 2), planCache: nil)
      try compare(Session(model, options: options).run(image), expected, tolerance: 1e-4, "fuses: \(fuses)")
    }
  }
}
