/// What comes in on stdin as a file that can be mapped: stdin itself if it is one, or else a file without a name that
/// holds its bytes.
package final class SpooledInput: Sendable {
  /// Where the file can be opened as long as this object lives.
  package let path: String
  /// False if there was more to read than was allowed.
  package let isComplete: Bool
  private nonisolated(unsafe) let file: OutputFile?

  /// Reads stdin to its end.
  /// - Parameters:
  ///   - limit: the most bytes that are read.
  ///   - folder: where the file is made.
  /// - Throws: ``FileError``.
  package init(limit: Int, folder: String) throws(FileError) {
    let input = StandardStream.input
    if SystemCalls.status(of: input)?.kind == .file, SystemCalls.position(of: input) == 0 {
      (path, isComplete, file) = (SystemCalls.path(of: input), true, nil)
      return
    }
    let (descriptor, place) = try Self.makeFile(in: folder)
    let file = OutputFile(descriptor: descriptor, name: "standard input")
    path = place
    isComplete = try Self.copy(input, to: file, limit)
    self.file = file
  }

  private static func makeFile(in folder: String) throws(FileError) -> (Int32, String) {
    let unnamed = SystemCalls.createUnnamed(in: folder, permissions: 0o600)
    if unnamed >= 0 { return (unnamed, SystemCalls.path(of: unnamed)) }
    // File systems that know no files without a name: its name goes at once.
    let passing = PassingName.make(beside: "\(folder)/cnnconv")
    let note = PassingNote(passing)
    let named = SystemCalls.create(passing, replaces: false, permissions: 0o600)
    guard named >= 0 else { throw FileError(.create, path: folder) }
    defer { withExtendedLifetime(note) { _ = SystemCalls.remove(passing) } }
    return (named, SystemCalls.path(of: named))
  }

  private static func copy(_ input: Int32, to file: OutputFile, _ limit: Int) throws(FileError) -> Bool {
    var total = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = SystemCalls.readNext(into: buffer, of: input)
      if count == 0 { return true }
      guard count > 0 else {
        switch SystemCalls.lastError {
        case SystemCalls.interrupted: continue
        case SystemCalls.wouldBlock: SystemClock.pause(microseconds: 1000)
        default: throw FileError(.read, path: "standard input")
        }
        continue
      }
      total += count
      if total > limit { return false }
      try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
