/// A file that is open for writing, written from its start.
package final class OutputFile {
  /// Whether a file that stands there already is written over.
  package enum Existing: Sendable { case replaced, refused }

  private let name: String
  private(set) var descriptor: Int32

  /// Creates a file.
  /// - Parameters:
  ///   - permissions: those of Unix, less what the process masks.
  ///   - name: the path that errors name, if the file is only written under another one.
  package init(path: String, existing: Existing, permissions: UInt16, as name: String? = nil) throws(FileError) {
    self.name = name ?? path
    descriptor = SystemCalls.create(path, replaces: existing == .replaced, permissions: permissions)
    guard descriptor >= 0 else { throw FileError(.create, path: self.name) }
  }

  /// Takes over a file that was opened for writing.
  init(descriptor: Int32, name: String) { (self.descriptor, self.name) = (descriptor, name) }

  deinit { if descriptor >= 0 { _ = SystemCalls.closeFile(descriptor) } }

  /// Takes the file for this process until it is closed or the process ends; ``MappedFile/isAbandoned`` tells others.
  /// - Returns: false if another one has it, or the file system knows no locks.
  @discardableResult
  package func take() -> Bool { SystemCalls.lock(descriptor) }

  /// Writes all bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try Self.writeAll(bytes, to: descriptor, name)
  }

  /// Writes all bytes to an open file; `name` is what errors call it.
  static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ name: String) throws(FileError) {
    var rest = bytes
    while !rest.isEmpty {
      // The kernel takes at most 2 GiB at a time, and may take less.
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      let count = SystemCalls.writeBytes(part, to: descriptor)
      if count > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        continue
      }
      let error = FileError(.write, path: name, number: count < 0 ? SystemCalls.lastError : SystemCalls.failed)
      switch error.number {
      case SystemCalls.interrupted: continue
      case SystemCalls.wouldBlock: SystemClock.pause(microseconds: 1000)
      // The bytes may be those of a file that was cut short: looking at them finds it out.
      case SystemCalls.badAddress where SystemCalls.guardsMappedFiles:
        SystemCalls.touch(part)
        try LostFiles.check()
        throw error
      default: throw error
      }
    }
  }

  /// Copies a range of a mapped file from file to file, its pages untouched.
  /// - Returns: how many bytes were copied; fewer than `count` if the file systems cannot go on.
  package func copy(_ file: MappedFile, offset: Int, count: Int) -> Int {
    var source = Int64(offset)
    let end = source + Int64(count)
    while source < end {
      let part = min(end - source, 1 << 30)
      let copied = SystemCalls.copyRange(of: file.descriptor, from: &source, to: descriptor, count: part)
      if copied < 0, SystemCalls.lastError == SystemCalls.interrupted { continue }
      if copied <= 0 { break }
    }
    return Int(source) - offset
  }

  /// Waits until everything has reached the disk.
  package func synchronize() throws(FileError) {
    guard SystemCalls.synchronize(descriptor) else { throw FileError(.sync, path: name) }
  }

  /// Ends writing.
  package func close() throws(FileError) {
    let isClosed = SystemCalls.closeFile(descriptor)
    descriptor = -1
    guard isClosed else { throw FileError(.write, path: name) }
  }
}
