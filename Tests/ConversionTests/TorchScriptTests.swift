import CNNConv
import CNNGraphs
import CNNTensors
import Foundation
import TestSupport
import Testing

/// TorchScript archives, the whole way: the folders of `Fixtures/TorchScript`, made by PyTorch.
@Suite struct TorchScriptTests {
  static let cases: [String] = TemporaryFolder.names(of: FixtureFolders.path("TorchScript")).filter {
    FileManager.default.fileExists(atPath: FixtureFolders.path("TorchScript/\($0)/model.pt"))
  }
  private static let tolerance = Tolerance(relative: 1e-5, absolute: 1e-5)

  private func path(_ name: String) -> String { FixtureFolders.path("TorchScript/\(name)/model.pt") }

  /// The tensors of a fixture: `input_0.pb` and on.
  private func tensors(_ name: String, _ kind: String) throws -> [Tensor] {
    let folder = FixtureFolders.path("TorchScript/\(name)/test_data_set_0")
    let count = TemporaryFolder.names(of: folder).count { $0.hasPrefix("\(kind)_") }
    return try (0..<count).map { number in
      try #require(try TensorFile.read("\(folder)/\(kind)_\(number).pb").first).tensor
    }
  }

  /// The model for inputs of the fixture's sizes.
  private func model(_ name: String) throws -> Model {
    let names = ["named": ["left", "right_0", "right_1"], "halving": ["x", "limit"], "recurrent": ["tokens"]]
    let inputs = names[String(name.prefix { $0 != "." })] ?? ["x"]
    let shapes = try zip(inputs, tensors(name, "input")).map { InputShape($0, $1.shape.map(Dimension.fixed)) }
    return try Model(contentsOf: path(name), inputShapes: shapes)
  }

  private func verify(_ model: Model, _ name: String) throws {
    let fixture = try Fixture(path: FixtureFolders.path("TorchScript/\(name)/test_data_set_0"), for: model)
    let outcome = try model.verify(fixture, tolerance: Self.tolerance)
    #expect(outcome.agrees, "\(outcome.failure ?? "")")
    #expect(try outcome.outputs.count == tensors(name, "output").count)
  }

  @Test func thereAreAllForms() {
    #expect(Self.cases.count >= 38)
    for form in ["traced", "scripted", "traced-frozen", "scripted-frozen"] {
      #expect(Self.cases.count { $0.hasSuffix(".\(form)") } >= 8, "\(form)")
    }
  }

  @Test(arguments: cases) func computesWhatPyTorchComputes(_ name: String) throws {
    let model = try model(name)
    #expect(model.weights == nil)
    try verify(model, name)
  }

  /// Without shapes: those of the trace, or what the first layer asks for.
  @Test(arguments: cases.filter { $0.hasSuffix(".traced") || $0.hasPrefix("residual.") || $0.hasPrefix("attention.") })
  func findsTheShapes(_ name: String) throws {
    let model = try Model(contentsOf: path(name))
    #expect(model.graph.requiredInputs.allSatisfy { model.graph[$0].type.tensor?.shape?.first?.value == nil })
    try verify(model, name)
  }

  @Test(arguments: cases) func goesThroughOnnx(_ name: String) throws {
    let copy = try TemporaryFolder.path("copy.onnx")
    try model(name).write(to: copy)
    try verify(try Model(contentsOf: copy), name)
  }

  /// The reference evaluation agrees with PyTorch, too.
  @Test(arguments: cases) func theReferenceAgrees(_ name: String) throws {
    let model = try model(name)
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

  @Test func namesNodesByTheirModules() throws {
    let model = try model("residual.scripted")
    let names = Set(model.graph.nodes.map(\.name))
    #expect(names.isSuperset(of: ["stem.0", "stem.1", "blocks.0.conv", "blocks.1.down", "fc"]))
    let weights = Set(model.graph.values.filter(\.isConstant).map(\.name))
    #expect(weights.isSuperset(of: ["stem.0.weight", "blocks.1.bn.running_var", "fc.bias"]))
  }

  @Test func resolvesWhatIsKnownAndKeepsTheRest() throws {
    let control = try model("control.scripted").graph
    #expect(control.nodes.count { $0.operator.signature.name == "If" } == 1)
    #expect(control.outputs.map { control[$0].name } == ["out", "features"])
    let halving = try model("halving.scripted").graph
    #expect(halving.nodes.count { $0.operator.signature.name == "Loop" } == 1)
    let residual = try model("residual.scripted").graph
    #expect(!residual.nodes.contains { ["If", "Loop", "Shape", "Dropout"].contains($0.operator.signature.name) })
  }

  /// The tensors are listed under the keys of the state dict, and no program is read for it.
  @Test func listsTensorsByTheirKeys() throws {
    let stored = try TensorInventory(contentsOf: path("residual.traced")).stored
    let keys = Set(stored.entries.map(\.key))
    #expect(
      keys.isSuperset(of: ["stem.0.weight", "blocks.1.bn.running_var", "fc.bias", "blocks.0.bn.num_batches_tracked"]))
    #expect(ModelFormats.standard.keepsKeys(at: path("residual.traced")))
    let frozen = try TensorInventory(contentsOf: path("residual.traced-frozen")).stored
    #expect(frozen.entries.first?.key == "constants.0")
  }

  /// With an architecture the weights are taken, and must be that network's.
  @Test func takesTheWeightsIfAnArchitectureIsNamed() throws {
    do {
      _ = try Model(contentsOf: path("residual.scripted"), architecture: "resnet18")
      Issue.record("it was read")
    } catch let error as ConversionError {
      #expect(error.code == .unsupported || error.code == .badInput)
      #expect(error.message.contains("resnet18") || error.message.contains("ResNet"), "\(error.message)")
    }
  }
}
