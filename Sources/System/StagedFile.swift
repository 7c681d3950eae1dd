/// A file that is written out of sight and then takes a place in one step, with all its bytes.
///
/// It has no name while it is written, if the file system can do that: nothing is left of it if the process is killed.
/// Otherwise it has a ``PassingName``, and a later process removes it. Until it is published, whatever stands in its
/// place stays as it is, and stays readable by those that have it open.
package final class StagedFile {
  /// The path that was asked for.
  package let path: String
  /// Where the file goes: the path with its links followed.
  package let target: String

  /// Whose passing names the file bears.
  private let relative: String
  private let file: OutputFile
  private var passingPath: String?
  private var note: PassingNote?
  /// Whether the file is in its place.
  package private(set) var isPublished = false

  /// Creates the file.
  /// - Parameters:
  ///   - permissions: those of Unix, less what the process masks. A file that is replaced hands on its own.
  ///   - family: the path whose passing names this file bears, too, if several files belong together.
  /// - Throws: ``FileError``, also if something other than a regular file stands in the place.
  package init(path: String, permissions: UInt16 = 0o666, family: String? = nil) throws(FileError) {
    self.path = path
    target = try Path.followingLinks(path)
    let replaced = FileStatus(path: path)
    if let replaced {
      guard replaced.kind == .file else { throw FileError(.create, path: path, found: replaced.kind) }
    } else {
      let error = FileError(.create, path: path)
      guard error.isNotFound else { throw error }
    }
    relative = family ?? target
    Self.clean(beside: relative)
    (file, passingPath, note) = try Self.create(path, beside: relative, permissions)
    if let replaced { SystemCalls.adopt(replaced, file.descriptor) }
  }

  deinit { discard() }

  /// Gives a file that is about to be replaced a passing name, too. If the process is killed before it takes that name
  /// away again, ``clean(beside:_:)`` still finds what the file said.
  /// - Returns: the name; `nil` if there is no such file, or no file has two names here.
  package static func remember(_ path: String) -> String? {
    let passing = PassingName.make(beside: path)
    return SystemCalls.addName(passing, to: path) ? passing : nil
  }

  /// Removes what killed processes left beside a path that they were making.
  /// - Parameter look: called before each file is removed, with its path.
  package static func clean(beside path: String, _ look: (String) -> Void = { _ in }) {
    PassingName.clean(beside: path, look)
  }

  private static func create(
    _ path: String, beside target: String, _ permissions: UInt16
  ) throws(FileError) -> (OutputFile, String?, PassingNote?) {
    let unnamed = SystemCalls.createUnnamed(in: Path.split(target).folder, permissions: permissions)
    if unnamed >= 0 {
      _ = SystemCalls.lock(unnamed)
      return (OutputFile(descriptor: unnamed, name: path), nil, nil)
    }
    var attempts = 16
    while true {
      let passing = PassingName.make(beside: target)
      let note = PassingNote(passing)
      do throws(FileError) {
        let file = try OutputFile(path: passing, existing: .refused, permissions: permissions, as: path)
        _ = SystemCalls.lock(file.descriptor)
        // Another process may have found the file before it was locked.
        if FileStatus(path: passing)?.number == SystemCalls.status(of: file.descriptor)?.number {
          return (file, passing, note)
        }
        guard attempts > 0 else { throw FileError(.create, path: path, number: SystemCalls.notFound) }
      } catch {
        guard error.isTaken, attempts > 0 else { throw error }
      }
      attempts -= 1
    }
  }

  private func discard() {
    if let passingPath, !isPublished { Path.remove(passingPath) }
    passingPath = nil
  }

  /// Appends bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) { try file.write(bytes) }

  /// Appends a range of a mapped file, its pages untouched.
  /// - Returns: how many bytes were copied; fewer than `count` if the file systems cannot go on.
  package func copy(_ source: MappedFile, offset: Int, count: Int) -> Int {
    file.copy(source, offset: offset, count: count)
  }

  /// Returns when everything that was written has reached the disk.
  package func synchronize() throws(FileError) { try file.synchronize() }

  /// Gives the file a name beside its place, if it has none yet. What fails afterwards takes no time.
  package func name() throws(FileError) {
    guard passingPath == nil else { return }
    let passing = PassingName.make(beside: relative)
    note = PassingNote(passing)
    guard SystemCalls.name(file.descriptor, passing) else { throw FileError(.rename, path: path) }
    passingPath = passing
  }

  /// Puts the file into its place. The lock is held until it is there.
  package func publish() throws(FileError) {
    try name()
    guard let passingPath, SystemCalls.move(passingPath, to: target) else { throw FileError(.rename, path: path) }
    isPublished = true
    note = nil
    // The name itself is safe once the folder is.
    Folder.synchronize(Path.split(target).folder)
    try? file.close()
  }
}
