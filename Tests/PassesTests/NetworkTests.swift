import CNNConv
import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import Foundation
import TestSupport
import Testing

/// Networks as real exporters write them: cleaned, they compute what they did.
@Suite struct NetworkTests {
  @Test(arguments: FixtureFolders.cases("Networks")) func cleaningKeepsResults(name: String) throws {
    let model = try Model(contentsOf: FixtureFolders.path("Networks/\(name)/model.onnx"))
    var graph = model.graph
    if model.metadata.listsConstantsAsInputs { graph.storeDefaults() }
    let report = try PassDriver(
      Pipeline.cleaning + Pipeline.recognizing + Pipeline.finishing, operatorSet: model.metadata.operatorSet
    ).run(
      &graph)
    let cleaned = try Model(graph: graph, metadata: model.metadata, notes: model.notes)
    let fixture = try Fixture(path: FixtureFolders.path("Networks/\(name)/test_data_set_0"), for: model)
    func results(_ graph: Graph) throws -> [Tensor] {
      try ReferenceEvaluator(graph).run(graph.inputs.map { fixture.inputs[graph[$0].name] }).compactMap(\.tensor)
    }
    for (before, after) in zip(try results(model.graph), try results(cleaned.graph)) {
      #expect(before.shape == after.shape && before.elementType == after.elementType)
      let (a, b) = (try before.values(as: Double.self), try after.values(as: Double.self))
      let scale = a.reduce(1e-3) { max($0, $1.magnitude) }
      #expect(zip(a, b).allSatisfy { ($0 - $1).magnitude <= 1e-5 * scale })
    }
    let file = try TemporaryFolder.path("cleaned.onnx")
    try cleaned.write(to: file)
    #expect(try Model(contentsOf: file).graph.nodes.count == graph.nodes.count)
    if ProcessInfo.processInfo.environment["CLEANING_REPORT"] != nil {
      let fired = report.fired.filter { $0.count > 0 }.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
      print("\(name): \(model.graph.nodes.count) -> \(graph.nodes.count): \(fired)")
      for entry in report.refusals { print("    \(entry.pass) \(entry.node): \(entry.reason)") }
    }
  }
}
