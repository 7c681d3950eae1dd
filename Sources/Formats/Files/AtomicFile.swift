import CFileCopy
import CNNTensors
import Glibc

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
  private var descriptor: Int32
  private let buffer: UnsafeMutableRawBufferPointer
  private var buffered = 0
  private var isPublished = false

  /// Creates the temporary file.
  /// - Throws: ``FileError``, also where `path` is something other than a regular file.
  public init(path: String) throws(FileError) {
    var status = stat()
    if stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG {
      throw FileError(.create, path: path, number: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : 0)
    }
    let (folder, name) = Self.split(path)
    var descriptor: Int32 = -1
    var temporaryPath = ""
    for _ in 0..<16 where descriptor < 0 {
      var generator = SystemRandomNumberGenerator()
      let unique = String(generator.next() as UInt64, radix: 36)
      temporaryPath = "\(folder)/.\(String(decoding: name.utf8.prefix(200), as: UTF8.self)).\(unique).tmp"
      descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor < 0 && errno != EEXIST { break }
    }
    guard descriptor >= 0 else { throw FileError(.create, path: path) }
    self.path = path
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
    buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
  }

  deinit {
    closeDescriptor()
    buffer.deallocate()
    if !isPublished { unlink(temporaryPath) }
  }

  /// The folder and the last component of a path.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
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

  private func writeThrough(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes
    while !rest.isEmpty {
      // The kernel takes at most 2 GiB at a time, and may take less.
      let written = Glibc.write(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw FileError(.write, path: path, number: written < 0 ? errno : EIO) }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  private func copyInKernel(_ file: MappedFile, _ offset: Int, _ count: Int) throws(FileError) {
    try flush()
    var source = Int64(offset)
    let end = source + Int64(count)
    while source < end {
      let copied = file_copy_range(file.descriptor, &source, descriptor, min(end - source, 1 << 30))
      if copied < 0 && errno == EINTR { continue }
      // Some file systems cannot; whatever else is wrong, reading and writing will say it.
      if copied <= 0 { break }
      byteCount += Int(copied)
    }
    if source < end { try readIntoBuffer(file, Int(source), Int(end - source)) }
  }

  private func readIntoBuffer(_ file: MappedFile, _ offset: Int, _ count: Int) throws(FileError) {
    var position = offset
    while position < offset + count {
      if buffered == buffer.count { try flush() }
      let room = min(offset + count - position, buffer.count - buffered)
      let read = pread(file.descriptor, buffer.baseAddress.map { $0 + buffered }, room, off_t(position))
      if read < 0 && errno == EINTR { continue }
      guard read > 0 else { throw FileError(.read, path: file.path, number: read < 0 ? errno : EIO) }
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
    guard fsync(descriptor) == 0 else { throw FileError(.sync, path: path) }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0 else { throw FileError(.write, path: path) }
  }

  private func rename() throws(FileError) {
    guard Glibc.rename(temporaryPath, path) == 0 else { throw FileError(.rename, path: path) }
    isPublished = true
    // The name itself is safe once the folder is; not every file system lets a folder be synced.
    let folder = open(Self.split(path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  private func closeDescriptor() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }
}
