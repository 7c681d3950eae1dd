import CNNTensors
import CTestEnvironment
import Foundation

/// A folder that goes away with its last user.
package final class TemporaryFolder: Sendable {
  /// The folder's path.
  package let path: String

  /// A new, empty folder.
  package init() throws { path = try Self.make() }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The names of everything in the folder, hidden files too.
  package var names: [String] { Self.names(of: path) }

  /// The names of everything in a folder, sorted.
  package static func names(of path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  /// The path of a file in the folder.
  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file anew and returns its path.
  @discardableResult
  package func write(_ bytes: [UInt8], _ name: String = "file") throws -> String {
    // Whoever has the old one open keeps it.
    try Data(bytes).write(to: URL(filePath: file(name)), options: .atomic)
    return file(name)
  }

  /// Writes a file anew and maps it.
  package func map(_ bytes: [UInt8]) throws -> MappedFile { try MappedFile(path: write(bytes)) }

  // MARK: Until the process ends

  /// The folder that everything goes into which tests write; it is deleted when the process ends.
  package static let session = String(cString: cnn_test_folder())

  /// A new, empty folder that is there until the process ends.
  package static func make() throws -> String {
    let folder = "\(session)/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    return folder
  }

  /// The path of a file that is not there yet, in a new folder that is there until the process ends.
  package static func path(_ name: String) throws -> String { "\(try make())/\(name)" }
}
