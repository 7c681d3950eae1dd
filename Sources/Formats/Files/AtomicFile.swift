import CNNSystem
import CNNTensors

/// An output file that appears whole or not at all.
///
/// It is written under a hidden temporary name in the same folder, synced, and renamed. Until then whatever stood under
/// its name stays as it was, and stays readable by those that have it open: the output may replace its own input.
/// An `AtomicFile` that is not published removes what it wrote.
public final class AtomicFile {
  /// The name under which the file will appear.
  public let path: String
  /// Bytes written so far.
  public private(set) var byteCount = 0

  private static let bufferSize = 1 << 20
  /// Below this many bytes a range of another file goes through the buffer.
  private static let copyThreshold = 1 << 16

  private let temporaryPath: String
  private let file: OutputFile
  private let buffer: UnsafeMutableRawBufferPointer
  private var buffered = 0
  private var isPublished = false

  /// Creates the temporary file.
  /// - Throws: ``FileError``, also if `path` is something other than a regular file.
  public init(path: String) throws(FileError) {
    if let status = FileStatus(path: path), status.kind != .file {
      throw FileError(.create, path: path, found: status.kind)
    }
    (file, temporaryPath) = try Self.create(path)
    self.path = path
    buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
  }

  deinit {
    buffer.deallocate()
    if !isPublished { Path.remove(temporaryPath) }
  }

  /// A new file beside the one that it will be.
  private static func create(_ path: String) throws(FileError) -> (OutputFile, String) {
    let (folder, name) = Path.split(path)
    var attempts = 16
    while true {
      var generator = SystemRandomNumberGenerator()
      let unique = String(generator.next() as UInt64, radix: 36)
      let temporary = "\(folder)/.\(String(decoding: name.utf8.prefix(200), as: UTF8.self)).\(unique).tmp"
      do throws(FileError) {
        return (try OutputFile(path: temporary, existing: .refused, permissions: 0o666, as: path), temporary)
      } catch {
        attempts -= 1
        guard error.isTaken, attempts > 0 else { throw error }
      }
    }
  }

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
  /// - Throws: ``FileError``.
  public func write(_ storage: Storage) throws {
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
    for file in files { try file.sync() }
    for file in files { try file.rename() }
  }

  private func sync() throws(FileError) {
    try flush()
    try file.synchronize()
    try file.close()
  }

  private func rename() throws(FileError) {
    try Path.rename(temporaryPath, to: path)
    isPublished = true
    // The name itself is safe once the folder is.
    Folder.synchronize(Path.split(path).folder)
  }
}
