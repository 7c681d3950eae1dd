import CNNConv
import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import Foundation
import Testing

/// Networks as real exporters write them: cleaned, they compute what they did.
@Suite struct NetworkTests {
  private static var folder: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/Networks")
  }

  static var names: [String] {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return found.filter { FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/model.onnx").path) }
      .sorted()
  }

  @Test(arguments: names) func cleaningKeepsResults(name: String) throws {
    let model = try Model(contentsOf: Self.folder.appending(path: "\(name)/model.onnx").path)
    var graph = model.graph
    if model.envelope.irVersion < 4 { graph.storeDefaults() }
    let report = try PassDriver(Pipeline.cleaning + Pipeline.finishing, operatorSet: model.envelope.operatorSet).run(
      &graph)
    let cleaned = try Model(graph: graph, envelope: model.envelope)
    let fixture = try Fixture(path: Self.folder.appending(path: "\(name)/test_data_set_0").path, for: model)
    func results(_ graph: Graph) throws -> [Tensor] {
      try ReferenceEvaluator(graph).run(graph.inputs.map { fixture.inputs[graph[$0].name] }).compactMap(\.tensor)
    }
    for (before, after) in zip(try results(model.graph), try results(cleaned.graph)) {
      #expect(before.shape == after.shape && before.elementType == after.elementType)
      let (a, b) = (try before.values(as: Double.self), try after.values(as: Double.self))
      let scale = a.reduce(1e-3) { max($0, $1.magnitude) }
      #expect(zip(a, b).allSatisfy { ($0 - $1).magnitude <= 1e-5 * scale })
    }
    let file = FileManager.default.temporaryDirectory.appending(path: "cleaned-\(name).onnx").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try cleaned.write(to: file)
    #expect(try Model(contentsOf: file).graph.nodes.count == graph.nodes.count)
    if ProcessInfo.processInfo.environment["CLEANING_REPORT"] != nil {
      let fired = report.fired.filter { $0.count > 0 }.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
      print("\(name): \(model.graph.nodes.count) -> \(graph.nodes.count): \(fired)")
      for entry in report.refusals { print("    \(entry.pass) \(entry.node): \(entry.reason)") }
    }
  }
}
