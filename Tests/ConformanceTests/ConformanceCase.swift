import CNNConv
import Foundation
import TestSupport
import Testing

/// A folder in the ONNX layout: a model, and inputs with the outputs that somebody else computed.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
  /// The folder below `Fixtures`, such as `Operators/Conv/basic`.
  let name: String

  var testDescription: String { name }

  /// Every case of a suite, by listing.
  static func all(of suite: String) -> [ConformanceCase] {
    FixtureFolders.cases(suite).map { ConformanceCase(name: "\(suite)/\($0)") }
  }

  func model() throws -> Model { try Model(contentsOf: FixtureFolders.path("\(name)/model.onnx")) }

  func fixtures(for model: Model) throws -> [Fixture] {
    try FixtureFolders.dataSets(name).map { try Fixture(path: $0, for: model) }
  }

  func tolerance() throws -> Tolerance {
    let path = FixtureFolders.path("\(name)/tolerance.json")
    var tolerance = Tolerance.standard
    if let data = FileManager.default.contents(atPath: path) {
      tolerance = try JSONDecoder().decode(Tolerance.self, from: data)
    }
    // Operators' definitions have infinities and NaN.
    tolerance.allowsNonFinite = true
    return tolerance
  }
}
