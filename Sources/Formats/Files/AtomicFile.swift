import CNNSystem
import CNNTensors

/// An output file that appears whole or not at all.
///
/// It is written out of sight, synced, and renamed. Until then whatever stood under its name stays as it was, and stays
/// readable by those that have it open: the output may replace its own input. A link is followed and stays a link.
/// An `AtomicFile` that is not published leaves nothing.
public final class AtomicFile {
  /// The name under which the file will appear.
  public var path: String { file.path }
  /// Where the file will lie: the path with its links followed.
  package var target: String { file.target }
  /// Whether the file is in its place.
  package var isPublished: Bool { file.isPublished }
  /// Bytes written so far.
  public private(set) var byteCount = 0

  private static let bufferSize = 1 << 20
  /// Below this many bytes a range of another file goes through the buffer.
  private static let copyThreshold = 1 << 16

  private let file: StagedFile
  private let buffer: UnsafeMutableRawBufferPointer
  private var buffered = 0

  /// Creates the file, out of sight.
  /// - Throws: ``FileError``, also if `path` is something other than a regular file.
  public convenience init(path: String) throws(FileError) { try self.init(path: path, family: nil) }

  /// Creates the file, out of sight.
  /// - Parameter family: the path of the file that this one belongs to.
  package init(path: String, family: String?) throws(FileError) {
    file = try StagedFile(path: path, family: family)
    buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
  }

  deinit { buffer.deallocate() }

  // MARK: Writing

  /// Appends bytes.
  /// - Throws: ``FileError``.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    byteCount += bytes.count
    if bytes.count >= buffer.count - buffered { try flush() }
    if bytes.count >= buffer.count { return try writeThrough(bytes) }
    UnsafeMutableRawBufferPointer(rebasing: buffer[buffered...]).copyMemory(from: bytes)
    buffered += bytes.count
  }

  /// Appends `count` zero bytes.
  /// - Throws: ``FileError``.
  public func writeZeros(_ count: Int) throws(FileError) {
    let zeros = [UInt8](repeating: 0, count: min(max(count, 0), 4096))
    var rest = count
    while rest > 0 {
      let part = min(rest, zeros.count)
      do {
        try zeros.withUnsafeBytes { try write(UnsafeRawBufferPointer(rebasing: $0[..<part])) }
      } catch let error as FileError { throw error } catch { return }
      rest -= part
    }
  }

  /// Appends a storage's bytes; those of a mapped file are copied from file to file, its pages untouched.
  /// - Throws: ``FileError``, and what ends the work, see ``WorkBudget``.
  public func write(_ storage: Storage) throws {
    try WorkBudget.current.check()
    guard let (file, offset) = storage.fileRange else {
      return try storage.withBytes { try write($0) }
    }
    try withExtendedLifetime(file) {
      if storage.byteCount < Self.copyThreshold {
        try readIntoBuffer(file, offset, storage.byteCount)
      } else {
        try copyInKernel(file, offset, storage.byteCount)
      }
    }
  }

  private func flush() throws(FileError) {
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<buffered])
    buffered = 0
    try writeThrough(bytes)
  }

  private func writeThrough(_ bytes: UnsafeRawBufferPointer) throws(FileError) { try file.write(bytes) }

  private func copyInKernel(_ source: MappedFile, _ offset: Int, _ count: Int) throws(FileError) {
    try flush()
    let copied = file.copy(source, offset: offset, count: count)
    byteCount += copied
    // Some file systems cannot; whatever else is wrong, reading and writing will say it.
    if copied < count { try readIntoBuffer(source, offset + copied, count - copied) }
  }

  private func readIntoBuffer(_ source: MappedFile, _ offset: Int, _ count: Int) throws(FileError) {
    var position = offset
    while position < offset + count {
      if buffered == buffer.count { try flush() }
      let room = min(offset + count - position, buffer.count - buffered)
      let read = try source.read(into: .init(rebasing: buffer[buffered..<buffered + room]), at: position)
      (position, buffered, byteCount) = (position + read, buffered + read, byteCount + read)
    }
  }

  // MARK: Publishing

  /// Makes files appear under their names, in the given order, after all of them have reached the disk.
  /// - Throws: ``FileError``.
  public static func publish(_ files: AtomicFile...) throws(FileError) {
    try synchronize(files)
    try rename(files)
  }

  /// Returns when all files have reached the disk.
  package static func synchronize(_ files: [AtomicFile]) throws(FileError) {
    for file in files {
      try file.flush()
      try file.file.synchronize()
    }
    // Nothing appears that zeros were written into in place of a lost file's bytes.
    try LostFiles.check()
  }

  /// Makes files appear under their names, in the given order. What may fail for each of them comes before the first.
  package static func rename(_ files: [AtomicFile]) throws(FileError) {
    for file in files { try file.file.name() }
    try Commit.run { () throws(FileError) in for file in files { try file.file.publish() } }
  }
}
