import CNNSystem
import CNNTensors

/// A folder whose files are opened only if they really lie in it, symbolic links resolved.
struct ContainedFolder {
  /// The folder's path as given.
  let path: String

  /// The folder with all links resolved; `nil` if it does not exist.
  private let realFolder: String?

  init(_ path: String) {
    self.path = path
    realFolder = Path.resolved(path)
  }

  /// Why a file was not opened.
  enum Fault: Error {
    /// It lies elsewhere.
    case outside
    case unreadable(FileError)
  }

  /// Maps a file by its path below the folder.
  func file(_ name: String) throws(Fault) -> MappedFile {
    guard let realFolder, let realFile = Path.resolved("\(path)/\(name)") else {
      throw .unreadable(FileError(.open, path: name))
    }
    guard realFile.hasPrefix(realFolder == "/" ? "/" : realFolder + "/") else { throw .outside }
    do throws(FileError) { return try MappedFile(path: realFile) } catch {
      throw .unreadable(FileError(error.operation, path: name, number: error.number))
    }
  }
}
