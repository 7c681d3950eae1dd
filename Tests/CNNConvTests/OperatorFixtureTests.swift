import CNNConv
import CNNGraphs
import CNNOperators
import CNNTensors
import Foundation
import TestSupport
import Testing

/// Each folder in `Fixtures/Operators` is a test: decode, types, result, and the same again after writing it.
@Suite struct OperatorFixtureTests {
  static let cases = FixtureFolders.cases("Operators")

  @Test(arguments: cases) func agrees(_ name: String) throws {
    try CaseCheck(FixtureFolders.path("Operators/\(name)")).run()
  }

  @Test func everyOperatorHasAFixture() {
    let covered = Set(Self.cases.compactMap { $0.split(separator: "/").first.map(String.init) })
    let missing = OperatorRegistry.standard.signatures.map(\.name).filter { !covered.contains($0) }
    #expect(missing == [])
  }
}

/// Each folder in `Fixtures/Networks` likewise.
@Suite struct NetworkFixtureTests {
  @Test(arguments: FixtureFolders.cases("Networks")) func agrees(_ name: String) throws {
    try CaseCheck(FixtureFolders.path("Networks/\(name)")).run()
  }

  @Test func thereAreSome() { #expect(FixtureFolders.cases("Networks").count > 20) }
}

/// Runs one case in the ONNX layout.
struct CaseCheck {
  let folder: String

  init(_ folder: String) { self.folder = folder }

  func run() throws {
    let model = try Model(contentsOf: "\(folder)/model.onnx")
    try verify(model)
    let copy = try TemporaryFolder.path("copy.onnx")
    defer { try? FileManager.default.removeItem(atPath: copy) }
    try model.write(to: copy)
    let again = try Model(contentsOf: copy)
    try verify(again)
    // What has been written once is written the same way again.
    let second = try TemporaryFolder.path("copy.onnx")
    defer { try? FileManager.default.removeItem(atPath: second) }
    try again.write(to: second)
    #expect(FileManager.default.contentsEqual(atPath: copy, andPath: second))
  }

  private func verify(_ model: Model) throws {
    let sets = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("test_data_set_") }
    #expect(!sets.isEmpty)
    for set in sets {
      let fixture = try Fixture(path: "\(folder)/\(set)", for: model)
      for (name, expected) in fixture.outputs {
        let id = try #require(model.graph.value(named: name))
        if let tensor = expected.tensor { expectFits(model.graph[id].type, tensor, name) }
      }
      let verification = try model.verify(fixture, tolerance: try tolerance())
      #expect(verification.failure == nil)
    }
  }

  private func tolerance() throws -> Tolerance {
    let path = "\(folder)/tolerance.json"
    guard let data = FileManager.default.contents(atPath: path) else { return .standard }
    return try JSONDecoder().decode(Tolerance.self, from: data)
  }

  /// What inference said before the run must hold for the golden result.
  private func expectFits(_ type: ValueType, _ tensor: Tensor, _ name: String) {
    #expect(
      type.merged(with: .tensor(TensorType(of: tensor))) != nil,
      "\(name) is inferred \(type), but is \(TensorType(of: tensor))")
  }
}
