import CNNTensors
import Glibc

/// A folder whose files are opened only where they really lie in it, symbolic links resolved.
struct ContainedFolder {
  /// The folder's path as given.
  let path: String

  /// The folder with all links resolved; `nil` where it does not exist.
  private let realFolder: String?

  init(_ path: String) {
    self.path = path
    realFolder = Self.realPath(path)
  }

  /// Why a file was not opened.
  enum Fault: Error {
    /// It lies elsewhere.
    case outside
    case unreadable(FileError)
  }

  /// Maps a file by its path below the folder.
  func file(_ name: String) throws(Fault) -> MappedFile {
    guard let realFolder, let realFile = Self.realPath("\(path)/\(name)") else {
      throw .unreadable(FileError(.open, path: name))
    }
    guard realFile.hasPrefix(realFolder == "/" ? "/" : realFolder + "/") else { throw .outside }
    do throws(FileError) { return try MappedFile(path: realFile) } catch {
      throw .unreadable(FileError(error.operation, path: name, number: error.number))
    }
  }

  /// The path with all symbolic links resolved; `nil` with `errno` set where it leads nowhere.
  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
