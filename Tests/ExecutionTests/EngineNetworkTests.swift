import CNNConv
import CNNGraphs
import CNNTensors
import Foundation
import TestSupport
import Testing

/// Whole networks against the reference evaluation. One after the other, since some have a hundred megabytes of weights.
@Suite(.serialized) struct EngineNetworkTests {
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
