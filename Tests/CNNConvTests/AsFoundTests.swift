import CNNConv
import Foundation
import TestSupport
import Testing

/// Oddities of files that people have.
@Suite struct AsFoundTests {
  private func model(_ name: String) throws -> Model {
    try Model(contentsOf: FixtureFolders.path("AsFound/\(name)/model.onnx"))
  }

  private func operators(_ model: Model) -> [String: Int] { model.summary().operators }

  private func expectTheSame(_ model: Model, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let original = try self.model(name)
    let fixture = try Fixture(path: FixtureFolders.dataSets("AsFound/\(name)")[0], for: original)
    let outputs = try Session(model, options: .reference).run(values: fixture.inputs)
    for (actual, expected) in zip(outputs.values, fixture.outputs) {
      let tolerance = Tolerance(relative: 1e-4, absolute: 1e-5)
      let comparison = Comparison(expected.name, actual: actual, expected: expected.value, tolerance: tolerance)
      #expect(comparison.failure == nil, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: ["quantized", "quantized_depthwise"]) func quantizedUnitsStay(name: String) throws {
    let original = try model(name)
    let fused = try original.fused().model
    #expect(operators(fused)["QuantizeLinear"] == 2)
    #expect(operators(fused)["DequantizeLinear"] == 4)
    let types = Set(fused.graph.values.compactMap { $0.constant?.elementType })
    #expect(types.contains(.int8) && types.contains(.int32))
    #expect(!fused.graph.values.contains { $0.constant.map { $0.elementType == .float32 && $0.rank == 4 } ?? false })
    try expectTheSame(fused, name)
    #expect(try original.verify(fused: fused).agrees)
  }

  @Test(arguments: ["weights_normalised_in_graph", "weights_standardised_in_graph"])
  func constantsAreFoldedAsAWhole(name: String) throws {
    let original = try model(name)
    let fused = try original.fused().model
    let left = Set(operators(fused).keys)
    #expect(left.isSubset(of: ["Conv", "Relu"]), "\(left)")
    try expectTheSame(fused, name)
  }

  @Test func aBatchThatIsBakedInIsFound() throws {
    let original = try model("batch_in_reshape")
    let verification = try original.verify(fused: original.fused().model)
    #expect(verification.agrees)
    #expect(verification.cases.map { $0.inputs["x"] } == [[3, 3, 4, 4]])
  }

  @Test func constantsThatAreInputsAreTold() throws {
    let original = try model("constants_are_inputs")
    let fusion = try original.fused()
    #expect(operators(fusion.model)["BatchNormalization"] == 1)
    #expect(fusion.remarks.map(\.remedy) == [.freezeInputs])
    let frozen = try original.fused(freezesInputs: true)
    #expect(operators(frozen.model)["BatchNormalization"] == nil)
    #expect(frozen.remarks.isEmpty)
    #expect(frozen.model.graph.inputs.count == 1)
    try expectTheSame(frozen.model, "constants_are_inputs")
  }

  @Test func notANumberIsTold() throws {
    let original = try model("weights_not_a_number")
    let fusion = try original.fused()
    #expect(fusion.remarks.map(\.message) == ["'w' holds 1 NaN of 108 values"])
    var report = FusionReport(model: "a", output: "b", fusion)
    report.verification = try original.verify(fused: fusion.model)
    #expect(report.text(explains: false).contains("NaN in both models, which proves nothing of it"))
  }

  @Test func placeholdersAreUnknown() throws {
    let original = try model("question_marks")
    #expect(original.graph[original.graph.inputs[0]].type == .tensor(.float32, [.unknown, 3, .unknown, .unknown]))
    try expectTheSame(original, "question_marks")
  }

  @Test func typesThatAreNotAllowedAreRemarked() throws {
    let findings = try model("integer_weights").findings.map(\.message)
    #expect(findings == ["node 'Conv_y' (Conv): input 1 of type int64 is not allowed in operator set 17"])
  }

  @Test func namesOfNodesBecomeUnique() throws {
    let folder = try TemporaryFolder()
    try model("names_twice").write(to: folder.file("copy.onnx"))
    let copy = try Model(contentsOf: folder.file("copy.onnx"))
    #expect(copy.graph.nodes.map(\.name) == ["same", "same_1"])
    try expectTheSame(copy, "names_twice")
  }
}
