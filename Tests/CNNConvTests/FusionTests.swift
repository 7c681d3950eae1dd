import CNNConv
import CNNFormats
import CNNGraphs
import CNNTensors
import Foundation
import TestSupport
import Testing

/// The folders of `Fixtures/Fusing`, `Fixtures/Networks` and `Fixtures/Checkpoints`, fused.
@Suite struct FusionTests {
  private func path(_ folder: String) -> String { FixtureFolders.path(folder) }

  /// Fuses, and expects that it agrees, that nothing is left to do, and that the results are those of the fixture.
  @discardableResult
  private func fuse(_ model: Model, _ folder: String, tolerance: Double = 1e-5) throws -> Fusion {
    let fusion = try model.fused()
    let outcome = try model.verify(fused: fusion.model)
    #expect(outcome.agrees, "\(outcome.firstDifference ?? "")")
    let again = try fusion.model.fused()
    #expect(again.passes.filter { $0.fired > 0 }.map(\.name) == [])
    #expect(fusion.after.nodes <= fusion.before.nodes)
    if let before = fusion.before.macs, let after = fusion.after.macs { #expect(after <= before) }
    for set in FixtureFolders.dataSets(folder) {
      try compare(fusion.model, Fixture(path: set, for: model), tolerance)
    }
    return fusion
  }

  /// Results within `tolerance` of the largest.
  private func compare(_ model: Model, _ fixture: Fixture, _ tolerance: Double) throws {
    // Before version 4 of the format constants were inputs, and files stand for them.
    let known = Set(model.graph.inputs.map { model.graph[$0].name })
    let results = try Session(model).run(values: fixture.inputs.filter { known.contains($0.key) })
    for (name, expected) in fixture.outputs {
      // Auxiliary results are gone.
      guard let index = results.names.firstIndex(of: name) else { continue }
      let comparison = Comparison(
        name, actual: results.values[index], expected: expected,
        tolerance: Tolerance(relative: 0, absolute: .infinity))
      #expect(comparison.reason == nil)
      #expect(comparison.maxAbsoluteError <= tolerance * comparison.maxExpected, "\(name)")
    }
  }

  // MARK: Blocks

  static let blocks = FixtureFolders.cases("Fusing")

  @Test(arguments: blocks) func fusesBlocks(name: String) throws {
    let file = "\(path("Fusing/\(name)"))/model.onnx"
    let model = try Model(contentsOf: file)
    let fusion = try fuse(model, "Fusing/\(name)")
    let copy = try TemporaryFolder.path("fused.onnx")
    try fusion.model.write(to: copy)
    let sizes = try [file, copy].map {
      try #require(FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int)
    }
    #expect(sizes[1] <= sizes[0])
    let again = try Model(contentsOf: copy)
    #expect(again.graph.nodes.count == fusion.model.graph.nodes.count)
    try compare(again, Fixture(path: "\(path("Fusing/\(name)"))/test_data_set_0", for: model), 1e-5)
  }

  @Test func thereAreSome() { #expect(Self.blocks.count > 20) }

  private static let activated = ["Conv": 1, "Relu": 1]
  private static let excited = ["Conv": 3, "Relu": 2, "AveragePool": 1, "Sigmoid": 1, "Mul": 1]

  /// Each block is a single convolution, and what was no part of the block.
  static let expected: [(name: String, nodes: Int, operators: [String: Int])] = [
    ("repvgg-identity", 8, activated), ("repvgg-stride2", 6, activated), ("repvgg-groups4", 8, activated),
    ("repvgg-dynamo", 19, activated), ("repvgg-excited", 16, excited), ("mobileone-depthwise", 17, activated),
    ("mobileone-pointwise", 8, activated), ("mobileone-excited", 22, excited), ("acnet-3x3", 8, ["Conv": 1]),
    ("acnet-3x3-crop", 30, ["Conv": 1]), ("acnet-3x3-crop-dynamo", 7, ["Conv": 1]),
    ("acnet-5x5-crop-stride2", 30, ["Conv": 1]), ("dbb-six-traced", 972, activated),
    ("dbb-six-dynamo", 401, activated), ("dbb-six-optimized", 38, activated), ("dbb-groups2-dynamo", 385, activated),
    ("dbb-groups2-optimized", 34, activated), ("dbb-depthwise-optimized", 18, activated),
    ("depth-concatenation", 5, ["Conv": 1]), ("replk-13-5", 5, ["Conv": 1]), ("norms-3x3", 3, ["Conv": 1]),
    ("pointwise-pair", 2, ["Conv": 1]), ("pointwise-narrow", 2, ["Conv": 2]),
  ]

  @Test(arguments: expected) func becomesOneConvolution(name: String, nodes: Int, operators: [String: Int]) throws {
    let fusion = try Model(contentsOf: "\(path("Fusing/\(name)"))/model.onnx").fused()
    #expect(fusion.before.nodes == nodes)
    #expect(fusion.after.operators == operators)
  }

  // MARK: Networks and checkpoints

  @Test(arguments: FixtureFolders.cases("Networks")) func fusesNetworks(name: String) throws {
    try fuse(Model(contentsOf: "\(path("Networks/\(name)"))/model.onnx"), "Networks/\(name)")
  }

  @Test(arguments: FixtureFolders.checkpoints) func fusesCheckpoints(name: String) throws {
    let image = try #require(TensorFile.read(path("Checkpoints/\(name)/test_data_set_0/input_0.pb")).first).tensor
    let file = try #require(FixtureFolders.checkpoint(name))
    let model = try Model(contentsOf: file, inputShapes: [InputShape("input", image.shape.map(Dimension.fixed))])
    try fuse(model, "Checkpoints/\(name)", tolerance: name == "lenet-half" ? 1e-2 : 1e-5)
  }

  // MARK: Networks of the zoo

  /// The form that is trained becomes the form for deployment, which is recognised by its keys.
  @Test(arguments: ["repvgg_a0", "mobileone_s0"], ["pth", "safetensors"])
  func deploysNetworks(name: String, kind: String) throws {
    let trained = try Model(graph: Zoo.build(name, classes: 5, seed: 11))
    let fusion = try trained.fused()
    let deployed = try Zoo.build(name, classes: 5, deployed: true, seed: 11)
    #expect(
      fusion.after.operators == Dictionary(grouping: deployed.nodes) { $0.operator.signature.name }.mapValues(\.count))
    let file = try TemporaryFolder.path("deployed.\(kind)")
    try fusion.model.write(to: file)
    let read = try Model(contentsOf: file)
    let image = try SeededInputs(seed: 2).values(for: trained)
    let (before, after) = (try Session(trained).run(image), try Session(read).run(image))
    let comparison = Comparison(
      "output", actual: after.values[0], expected: before.values[0],
      tolerance: Tolerance(relative: 0, absolute: .infinity))
    #expect(comparison.reason == nil && comparison.maxAbsoluteError <= 1e-4 * comparison.maxExpected)
    let shapes = { (graph: Graph) in
      Set(graph.values.compactMap { value in value.constant.map { "\(value.name) \($0.shape)" } })
    }
    #expect(shapes(read.graph) == shapes(deployed))
    #expect(try trained.verify(fused: fusion.model).agrees)
  }
}
