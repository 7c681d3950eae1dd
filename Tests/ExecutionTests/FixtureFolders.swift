import Foundation

/// The repository's fixtures by listing.
enum FixtureFolders {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static var fixtures: URL { root.appending(path: "Fixtures") }

  /// Every folder below `name` that holds a `model.onnx`, by its path below `name`.
  static func cases(_ name: String) -> [String] {
    let base = fixtures.appending(path: name)
    guard let files = FileManager.default.enumerator(atPath: base.path()) else { return [] }
    return files.compactMap { $0 as? String }.filter { $0.hasSuffix("/model.onnx") }
      .map { String($0.dropLast("/model.onnx".count)) }.sorted()
  }

  /// A path that nothing stands at yet, in a folder that is deleted when the process ends.
  static func temporary(_ name: String) -> String {
    let folder = session.appending(path: UUID().uuidString)
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder.appending(path: name).path()
  }

  private static let session: URL = {
    let folder = FileManager.default.temporaryDirectory.appending(path: "cnnconv-tests-\(getpid())")
    atexit { try? FileManager.default.removeItem(at: FixtureFolders.session) }
    return folder
  }()
}
