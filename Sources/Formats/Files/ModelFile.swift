import CNNSystem
import CNNTensors

/// The file or folder that a model is to be read from, as far as formats look at it to tell whether it is theirs.
///
/// A file is mapped, not read: what recognises it should look at its first bytes only.
public struct ModelFile: Sendable {
  /// The path as given.
  public let path: String
  /// The file; `nil` for a folder.
  public let file: MappedFile?
  /// What the first bytes of the file say; `nil` for a folder.
  public let kind: FileKind?

  /// Maps a file, or takes note of a folder.
  /// - Throws: `FileError` if there is neither.
  public init(path: String) throws(FileError) {
    self.path = path
    if Folder.exists(path) {
      (file, kind) = (nil, nil)
    } else {
      let file = try MappedFile(path: path)
      (self.file, kind) = (file, FileKind(file))
    }
  }

  /// A file that is mapped already.
  init(path: String, file: MappedFile) { (self.path, self.file, kind) = (path, file, FileKind(file)) }

  /// True for a folder.
  public var isFolder: Bool { file == nil }

  /// The file of a format that is never a folder.
  /// - Throws: `FileError` if it is a folder.
  public func requireFile() throws(FileError) -> MappedFile {
    if let file { return file }
    return try MappedFile(path: path)
  }
}
