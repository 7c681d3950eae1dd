import CNNConv
import Foundation
import TestSupport
import Testing

/// Models written for other operator sets and back: the same results, or a refusal that names a set that would do.
@Suite struct OperatorSetTests {
  private static let sets = [9, 10, 11, 12, 13, 15, 17, 18, 20, 21, 24, 25]

  @Test(arguments: FixtureFolders.cases("OperatorSets")) func comesOutTheSame(name: String) throws {
    let folder = try TemporaryFolder()
    let path = "OperatorSets/\(name)"
    let model = try Model(contentsOf: FixtureFolders.path("\(path)/model.onnx"))
    let own = model.metadata.operatorSet
    let fixture = try Fixture(path: FixtureFolders.dataSets(path)[0], for: model)
    var written = 0
    for set in Self.sets {
      let there = folder.file("\(set).onnx")
      let back = folder.file("\(set)-back.onnx")
      do {
        try model.write(to: there, operatorSet: set)
      } catch let error as ConversionError {
        #expect(error.code == .unsupported, "\(set): \(error)")
        #expect(set < own, "\(set): \(error)")
        #expect(error.location.node != nil || error.message.contains("operator set"), "\(error)")
        continue
      }
      let copy = try Model(contentsOf: there)
      written += 1
      #expect(copy.metadata.operatorSet == set)
      #expect(
        Set(copy.graph.nodes.map(\.name).filter { !$0.isEmpty }).count == copy.graph.nodes.count { !$0.name.isEmpty })
      try check(copy, fixture, "\(set)")
      try copy.write(to: back, operatorSet: own)
      try check(Model(contentsOf: back), fixture, "\(set) and back")
    }
    #expect(written > 1)
  }

  private func check(_ model: Model, _ fixture: Fixture, _ what: String) throws {
    let outputs = try Session(model, options: .reference).run(values: fixture.inputs)
    for (index, (actual, expected)) in zip(outputs.values, fixture.outputs.map(\.value)).enumerated() {
      let isHalf = actual.tensor?.elementType == .float16
      let tolerance = Tolerance(relative: isHalf ? 4e-3 : 2e-5, absolute: isHalf ? 4e-3 : 2e-5)
      let comparison = Comparison("\(index)", actual: actual, expected: expected, tolerance: tolerance)
      #expect(comparison.failure == nil, "\(what)")
    }
  }

  /// The version of the file format is the one that came with the operator set, unless the file's own is asked for.
  @Test(arguments: [(9, 4), (11, 6), (13, 7), (17, 8), (21, 10), (25, 13)])
  func theFormatFollowsTheOperatorSet(set: Int, version: Int) throws {
    let folder = try TemporaryFolder()
    let model = try Model(contentsOf: FixtureFolders.path("OperatorSets/gelu/model.onnx"))
    try model.write(to: folder.file("new.onnx"), operatorSet: 28)
    try Model(contentsOf: folder.file("new.onnx")).write(to: folder.file("old.onnx"), operatorSet: set)
    #expect(try Model(contentsOf: folder.file("old.onnx")).metadata.irVersion == version)
  }

  /// What an operator writes that its operator set does not allow never becomes a file.
  @Test func aWrongNodeIsAFault() throws {
    let folder = try TemporaryFolder()
    var builder = GraphBuilder()
    let x = try builder.input("x", shape: [1, 2])
    try builder.output(builder.apply(WrongRelu(), to: x, name: "y"))
    let model = try Model(graph: builder.graph)
    let error = #expect(throws: ConversionError.self) { try model.write(to: folder.file("wrong.onnx")) }
    #expect(error?.code == .internalFault)
    #expect(error?.message.contains("no attribute 'slope'") == true)
    #expect(!FileManager.default.fileExists(atPath: folder.file("wrong.onnx")))
  }

  private struct WrongRelu: Operator {
    static let signature = OperatorSignature("Relu", versions: [14], inputs: 1...1)
    init() {}
    init(from node: inout NodeReader) throws {}
    func write(to node: inout NodeWriter) throws { node.set("slope", 0.5 as Float) }
    func infer(_ context: InferenceContext) throws -> [InferredValue] { [InferredValue(context.type(0))] }
    func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] { [context.inputs[0] ?? .none] }
  }
}
