/// What is done with names of files and folders.
package enum Path {
  /// The folder and the last component of a path.
  package static func split(_ path: String) -> (folder: String, name: String) {
    // Bytes are looked at: a letter's mark behind a slash makes one character with it.
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.utf8.index(after: slash)...]))
  }

  /// True if something lies under a path.
  package static func exists(_ path: String) -> Bool { SystemCalls.isThere(path) }

  /// Bytes of a file; `nil` if there is none.
  package static func byteCount(of path: String) -> Int? { FileStatus(path: path)?.byteCount }

  /// The path with all symbolic links resolved; `nil` if it leads nowhere.
  package static func resolved(_ path: String) -> String? { SystemCalls.resolved(path) }

  /// The path at the end of a chain of symbolic links, whether a file lies there or not; a path that is no link itself.
  /// - Throws: ``FileError`` if there is no end, or the system forbids to follow the links.
  package static func followingLinks(_ path: String) throws(FileError) -> String {
    guard FileStatus(path: path, followsLink: false)?.kind == .link else { return path }
    // The system knows which links must not be followed; of one that leads nowhere yet it says only that.
    if FileStatus(path: path) == nil, !FileError(.create, path: path).isNotFound {
      throw FileError(.create, path: path)
    }
    var end = path
    for _ in 0..<40 {
      guard let target = SystemCalls.linkTarget(end) else { return end }
      end = target.hasPrefix("/") ? target : "\(split(end).folder)/\(target)"
    }
    throw FileError(.create, path: path, number: SystemCalls.tooManyLinks)
  }

  /// Gives a file another name, which may be that of one that goes.
  package static func rename(_ path: String, to other: String) throws(FileError) {
    guard SystemCalls.move(path, to: other) else { throw FileError(.rename, path: other) }
  }

  /// Gives a file a second name, which must not be taken.
  /// - Returns: false if it is, or the file system knows no second names.
  package static func addName(_ path: String, _ other: String) -> Bool { SystemCalls.addName(other, to: path) }

  /// Removes a file.
  /// - Returns: false if there is none, or it must not be removed.
  @discardableResult
  package static func remove(_ path: String) -> Bool { SystemCalls.remove(path) }

  /// Notes that a file was used now.
  package static func markUsed(_ path: String) { SystemCalls.markUsed(path) }
}
