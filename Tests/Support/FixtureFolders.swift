import Foundation

/// The repository's fixtures by listing.
package enum FixtureFolders {
  /// The repository's folder.
  package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The folder of all fixtures.
  package static let fixtures = root.appending(path: "Fixtures")

  /// The path of a file or folder below `Fixtures`.
  package static func path(_ name: String) -> String { fixtures.appending(path: name).path(percentEncoded: false) }

  /// Every folder below `Fixtures/NAME` that holds a `model.onnx`, by its path below that folder.
  package static func cases(_ name: String) -> [String] {
    guard let files = FileManager.default.enumerator(atPath: path(name)) else { return [] }
    return files.compactMap { $0 as? String }.filter { $0.hasSuffix("/model.onnx") }
      .map { String($0.dropLast("/model.onnx".count)) }.sorted()
  }

  /// The paths of a case's folders with inputs and outputs.
  package static func dataSets(_ name: String) -> [String] {
    names(in: name).filter { $0.hasPrefix("test_data_set_") }.map { path("\(name)/\($0)") }
  }

  // MARK: Checkpoints

  /// The folders of `Fixtures/Checkpoints`.
  package static let checkpoints: [String] = names(in: "Checkpoints").filter { checkpoint($0) != nil }

  /// The path of a checkpoint, a file or a folder.
  package static func checkpoint(_ name: String) -> String? {
    names(in: "Checkpoints/\(name)").first { $0.hasPrefix("weights") }.map { path("Checkpoints/\(name)/\($0)") }
  }

  private static func names(in folder: String) -> [String] { TemporaryFolder.names(of: path(folder)) }
}
