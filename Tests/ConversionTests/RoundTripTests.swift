import CNNConv
import Foundation
import TestSupport
import Testing

/// Every model of the fixtures, written as ONNX and read again.
@Suite struct RoundTripTests {
  @Test(
    arguments: ["Operators", "Networks", "Fusing"].flatMap { suite in
      FixtureFolders.cases(suite).map { "\(suite)/\($0)" }
    })
  func comesBackTheSame(name: String) throws {
    let folder = try TemporaryFolder()
    let model = try Model(contentsOf: FixtureFolders.path("\(name)/model.onnx"))
    try model.write(to: folder.file("copy.onnx"))
    let copy = try Model(contentsOf: folder.file("copy.onnx"))
    #expect(copy.graph.text == model.graph.text)
    for set in FixtureFolders.dataSets(name) {
      let inputs = try Fixture(path: set, for: model).inputs
      let expected = try Session(model, options: .reference).run(values: inputs)
      let actual = try Session(copy, options: .reference).run(values: inputs)
      #expect(actual.names == expected.names)
      for (name, values) in zip(expected.names, zip(actual.values, expected.values)) {
        let exactly = Tolerance(relative: 0, absolute: 0)
        let comparison = Comparison(name, actual: values.0, expected: values.1, tolerance: exactly)
        #expect(comparison.failure == nil, "\(name)")
      }
    }
    // What has been written once is written the same way again.
    try copy.write(to: folder.file("again.onnx"))
    #expect(FileManager.default.contentsEqual(atPath: folder.file("copy.onnx"), andPath: folder.file("again.onnx")))
  }
}
