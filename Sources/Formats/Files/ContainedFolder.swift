import CNNSystem
import CNNTensors

/// A folder whose files are opened only if they really lie in it, symbolic links resolved.
///
/// A file's real path is judged, and then opened from the folder on without following a link. So a link that is put in
/// place between the two is refused, too.
struct ContainedFolder {
  /// The folder's path as given.
  let path: String

  /// The folders, all links resolved, that a file may lie in.
  private let realFolders: [String]

  /// - Parameter file: a file that the folder was named for. If it is a link, what lies beside the real file counts as
  ///   lying in the folder: a download cache keeps all files of a model in one folder and links to each.
  init(_ path: String, beside file: String? = nil) {
    self.path = path
    let beside = file.flatMap { Path.resolved($0) }.map { Path.split($0).folder }
    realFolders = [Path.resolved(path), beside].compactMap(\.self)
  }

  /// Why a file was not opened.
  enum Fault: Error {
    /// It lies elsewhere.
    case outside
    case unreadable(FileError)
  }

  /// True for a path that goes down only: no empty part, no `..`, none of what other systems take for a separator.
  static func isPlain(_ name: String) -> Bool {
    // Bytes are looked at: a letter's mark behind a slash makes one character with it. A backslash separates folders on
    // other systems.
    let components = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return !name.utf8.contains(0) && !name.utf8.contains(UInt8(ascii: "\\"))
      && components.allSatisfy { !$0.isEmpty && !$0.elementsEqual("..".utf8) }
  }

  /// Maps a file by its path below the folder.
  func file(_ name: String) throws(Fault) -> MappedFile {
    guard let realFile = Path.resolved("\(path)/\(name)") else {
      throw .unreadable(FileError(.open, path: name))
    }
    guard let (folder, below) = place(of: realFile) else { throw .outside }
    do throws(FileError) { return try MappedFile(below, below: folder) } catch {
      throw .unreadable(FileError(error.operation, path: name, number: error.number))
    }
  }

  /// The folder that a real path lies in, and the rest of the path. Names are compared byte by byte, as the system
  /// does.
  private func place(of realFile: String) -> (folder: String, below: String)? {
    for folder in realFolders {
      let start = folder == "/" ? "/" : folder + "/"
      guard realFile.utf8.starts(with: start.utf8) else { continue }
      return (folder, String(Substring(realFile.utf8.dropFirst(start.utf8.count))))
    }
    return nil
  }
}
