/// A file mapped into memory for reading, alive as long as something refers to it.
///
/// The file stays open, so that a range can be copied inside the kernel without touching its pages.
public final class MappedFile: Sendable {
  /// The path the file was opened by.
  public let path: String
  /// The file's size in bytes when it was opened.
  public let byteCount: Int
  /// What the system knew of the file when it was opened.
  package let status: FileStatus
  let descriptor: Int32
  private nonisolated(unsafe) let base: UnsafeRawPointer?
  private nonisolated(unsafe) let note: OpaquePointer?

  /// Opens and maps a regular file; an empty file maps to no memory.
  public convenience init(path: String) throws(FileError) { try self.init(path: path, marksChanges: true) }

  /// Opens and maps a regular file.
  /// - Parameter marksChanges: whether a file counts as lost that is written to while it is mapped; not if its time of
  ///   change only tells when it was used last.
  package convenience init(path: String, marksChanges: Bool) throws(FileError) {
    try self.init(path: path, descriptor: SystemCalls.openForReading(path), marksChanges: marksChanges)
  }

  /// Opens and maps a regular file by its path below a folder. Nothing on the way from the folder to the file may be a
  /// symbolic link: whoever has resolved the links before is told if one was put there since.
  package convenience init(_ name: String, below folder: String) throws(FileError) {
    let path = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    try self.init(path: path, descriptor: SystemCalls.openForReading(name, below: folder), marksChanges: true)
  }

  private init(path: String, descriptor: Int32, marksChanges: Bool) throws(FileError) {
    guard descriptor >= 0 else { throw FileError(.open, path: path) }
    do throws(FileError) {
      guard let status = SystemCalls.status(of: descriptor) else { throw FileError(.inspect, path: path) }
      guard status.kind == .file else { throw FileError(.open, path: path, found: status.kind) }
      if status.byteCount > 0 {
        base = SystemCalls.map(descriptor, count: status.byteCount)
        guard let base else { throw FileError(.map, path: path) }
        note = SystemCalls.noteMapped(base, count: status.byteCount, path, marksChanges ? descriptor : -1)
      } else {
        (base, note) = (nil, nil)
      }
      (self.path, self.descriptor, self.status, byteCount) = (path, descriptor, status, status.byteCount)
    } catch {
      _ = SystemCalls.closeFile(descriptor)
      throw error
    }
  }

  deinit {
    SystemCalls.forgetMapped(note)
    if let base { SystemCalls.unmap(base, count: byteCount) }
    _ = SystemCalls.closeFile(descriptor)
  }

  /// True if some process has the file open for writing, or mapped so; `nil` if the system does not tell.
  package var isOpenForWriting: Bool? { SystemCalls.isOpenForWriting(descriptor) }

  /// True if no open ``OutputFile`` has taken the file for itself.
  package var isAbandoned: Bool { SystemCalls.lock(descriptor) }

  /// The bytes of the whole file, valid during `body`.
  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) { try body(UnsafeRawBufferPointer(start: base, count: byteCount)) }
  }

  /// True if a text stands anywhere in the file.
  package func contains(_ text: String) -> Bool { withBytes { SystemCalls.contains($0, text) } }

  /// Where a range starts in memory; the caller keeps the file alive.
  package func address(of offset: Int) -> UnsafeRawPointer? { base.map { $0 + offset } }

  /// Reads a part of the file without touching its mapped pages.
  /// - Returns: how many bytes were read, at least one.
  package func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) -> Int {
    while true {
      let count = SystemCalls.readBytes(into: bytes, of: descriptor, at: offset)
      if count < 0, SystemCalls.lastError == SystemCalls.interrupted { continue }
      guard count > 0 else {
        throw FileError(.read, path: path, number: count < 0 ? SystemCalls.lastError : FileError.cutShort)
      }
      return count
    }
  }
}
