/// Folders by their paths.
package enum Folder {
  /// The names in a folder, sorted.
  /// - Parameter limit: more names than this are not read.
  package static func names(in path: String, atMost limit: Int = .max) throws(FileError) -> [String] {
    guard let names = SystemCalls.names(in: path, atMost: limit) else { throw FileError(.open, path: path) }
    return names.sorted()
  }

  /// True if a path leads to a folder.
  package static func exists(_ path: String) -> Bool { FileStatus(path: path)?.kind == .folder }

  /// Makes a folder and those above it; one that is there already is left as it is.
  package static func make(_ path: String, permissions: UInt16 = 0o777) throws(FileError) {
    var built = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      built += built.isEmpty || built == "/" ? String(part) : "/\(part)"
      if SystemCalls.makeFolder(built, permissions: permissions) { continue }
      let error = FileError(.create, path: built)
      guard error.isTaken || exists(built) else { throw error }
    }
    guard exists(path) else { throw FileError(.create, path: path, number: SystemCalls.noFolder) }
  }

  /// Makes the names in a folder safe on the disk; not every file system lets a folder be synced.
  package static func synchronize(_ path: String) {
    let descriptor = SystemCalls.openFolder(path)
    guard descriptor >= 0 else { return }
    _ = SystemCalls.synchronize(descriptor)
    _ = SystemCalls.closeFile(descriptor)
  }

  /// Removes a folder of files alone.
  /// - Returns: false if something is left of it.
  @discardableResult
  package static func removeFlat(_ path: String) -> Bool {
    for name in (try? names(in: path)) ?? [] { Path.remove("\(path)/\(name)") }
    return SystemCalls.removeFolder(path)
  }
}
