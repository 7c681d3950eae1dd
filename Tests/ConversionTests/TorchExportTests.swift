import CNNConv
import CNNGraphs
import CNNTensors
import Foundation
import TestSupport
import Testing

/// Archives of `torch.export`, the whole way: the folders of `Fixtures/TorchExport`, made by PyTorch.
@Suite struct TorchExportTests {
  static let cases: [String] = TemporaryFolder.names(of: FixtureFolders.path("TorchExport")).filter {
    FileManager.default.fileExists(atPath: FixtureFolders.path("TorchExport/\($0)/model.pt2"))
  }
  private static let tolerance = Tolerance(relative: 1e-5, absolute: 1e-5)

  private func path(_ name: String) -> String { FixtureFolders.path("TorchExport/\(name)/model.pt2") }

  private func tensors(_ name: String, _ kind: String) throws -> [Tensor] {
    let folder = FixtureFolders.path("TorchExport/\(name)/test_data_set_0")
    let count = TemporaryFolder.names(of: folder).count { $0.hasPrefix("\(kind)_") }
    return try (0..<count).map { number in
      try #require(try TensorFile.read("\(folder)/\(kind)_\(number).pb").first).tensor
    }
  }

  private func verify(_ model: Model, _ name: String) throws {
    let fixture = try Fixture(path: FixtureFolders.path("TorchExport/\(name)/test_data_set_0"), for: model)
    let outcome = try model.verify(fixture, tolerance: Self.tolerance)
    #expect(outcome.agrees, "\(outcome.failure ?? "")")
    #expect(try outcome.outputs.count == tensors(name, "output").count)
  }

  @Test func thereAreAllForms() {
    #expect(Self.cases.count >= 19)
    for form in ["training", "core", "old"] { #expect(Self.cases.count { $0.hasSuffix(".\(form)") } >= 3, "\(form)") }
  }

  @Test(arguments: cases) func computesWhatPyTorchComputes(_ name: String) throws {
    let model = try Model(contentsOf: path(name))
    #expect(model.weights == nil)
    try verify(model, name)
  }

  @Test(arguments: cases) func goesThroughOnnx(_ name: String) throws {
    let copy = try TemporaryFolder.path("copy.onnx")
    try Model(contentsOf: path(name)).write(to: copy)
    try verify(try Model(contentsOf: copy), name)
  }

  /// The reference evaluation agrees with PyTorch, too.
  @Test(arguments: cases) func theReferenceAgrees(_ name: String) throws {
    let model = try Model(contentsOf: path(name))
    var options = SessionOptions()
    options.way = .reference
    let names = model.graph.requiredInputs.map { model.graph[$0].name }
    let inputs = Dictionary(try zip(names, tensors(name, "input")).map { ($0, $1) }) { $1 }
    let outputs = try Session(model, options: options).run(inputs)
    for (id, expected) in zip(model.graph.outputs, try tensors(name, "output")) {
      let found = try #require(outputs[model.graph[id].name])
      #expect(found.shape == expected.shape)
      let (a, b) = (try found.values(as: Double.self), try expected.values(as: Double.self))
      let largest = b.reduce(0) { max($0, abs($1)) }
      #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 * max(largest, 1) })
    }
  }

  /// The archive's example inputs are those that the fixture was made with.
  @Test(arguments: cases) func bringsAnExample(_ name: String) throws {
    let model = try Model(contentsOf: path(name))
    let inputs = try tensors(name, "input")
    #expect(model.exampleInputs.count == inputs.count)
    for (id, expected) in zip(model.graph.requiredInputs, inputs) {
      let found = try #require(model.exampleInputs[model.graph[id].name])
      #expect(try found.shape == expected.shape && found.values(as: Double.self) == expected.values(as: Double.self))
    }
    #expect(try model.verifyExample().agrees)
  }

  /// Extents that PyTorch left free stay free, with the names of its results.
  @Test func keepsFreeExtents() throws {
    let graph = try Model(contentsOf: path("unet.training")).graph
    let shape = try #require(graph[graph.inputs[0]].type.tensor?.shape)
    #expect(shape.map(\.value) == [nil, 3, nil, nil])
    let detector = try Model(contentsOf: path("detector.training")).graph
    #expect(detector.outputs.map { detector[$0].name } == ["boxes", "scores"])
    #expect(detector[detector.inputs[0]].type.tensor?.shape?[0].value == nil)
  }

  /// A batch of another size than the example's.
  @Test func runsAnotherBatch() throws {
    let model = try Model(contentsOf: path("unet.core"))
    let input = try tensors("unet.core", "input")[0]
    let values = try input.values(as: Float.self)
    let one = Array(values.prefix(values.count / input.shape[0]))
    let single = try Tensor(one, shape: [1] + input.shape.dropFirst())
    let name = model.graph[model.graph.inputs[0]].name
    let output = model.graph[model.graph.outputs[0]].name
    let found = try #require(try Session(model).run([name: single])[output])
    let expected = try tensors("unet.core", "output")[0].values(as: Float.self)
    #expect(try zip(found.values(as: Float.self), expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  /// Weights that are tied are one tensor of the graph, and keep their names.
  @Test func keepsTiedWeights() throws {
    for name in ["tied.training", "tied.old"] {
      let graph = try Model(contentsOf: path(name)).graph
      let names = graph.values.filter(\.isConstant).map(\.name)
      #expect(names.count { ["embedding.weight", "out.weight"].contains($0) } == 1, "\(name): \(names)")
      let stored = try TensorInventory(contentsOf: path(name)).stored
      #expect(Set(stored.entries.map(\.key)).isSuperset(of: ["embedding.weight", "out.weight", "table"]))
    }
  }

  @Test func namesNodesByTheirModules() throws {
    let graph = try Model(contentsOf: path("residual.old")).graph
    #expect(Set(graph.nodes.map(\.name)).isSuperset(of: ["stem.0", "stem.1", "fc"]))
  }

  /// A branch that a tensor decides is an `If`.
  @Test func keepsABranch() throws {
    let graph = try Model(contentsOf: path("branching.training")).graph
    #expect(graph.nodes.count { $0.operator.signature.name == "If" } == 1)
  }
}
