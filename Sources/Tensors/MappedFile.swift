import Glibc

/// Why a file could not be opened or mapped.
public struct FileError: Error, Hashable, Sendable {
  /// What was being done.
  public enum Operation: String, Sendable { case open, inspect, map, read, write, create, rename, sync }
  /// What was being done when it failed.
  public let operation: Operation
  /// The file's path as given.
  public let path: String
  /// The system's error number; 0 where the file is not a regular file.
  public let number: Int32

  /// Records a failed system call.
  public init(_ operation: Operation, path: String, number: Int32 = errno) {
    (self.operation, self.path, self.number) = (operation, path, number)
  }

  /// The system's words for ``number``.
  public var reason: String { number == 0 ? "is not a regular file" : String(cString: strerror(number)) }
  /// True where the file or a folder on its way does not exist.
  public var isNotFound: Bool { number == ENOENT || number == ENOTDIR }
}

/// A file mapped into memory for reading, alive as long as something refers to it.
///
/// The descriptor stays open, so that a range can be copied inside the kernel without touching its pages.
public final class MappedFile: Sendable {
  /// The path the file was opened by.
  public let path: String
  /// The file's size in bytes when it was opened.
  public let byteCount: Int
  /// The open descriptor, for `pread` and `copy_file_range`.
  public let descriptor: Int32
  private nonisolated(unsafe) let base: UnsafeRawPointer?

  /// Opens and maps a regular file; an empty file maps to no memory.
  public init(path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(.open, path: path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = FileError(.inspect, path: path)
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError(.open, path: path, number: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : 0)
    }
    byteCount = Int(status.st_size)
    if byteCount > 0 {
      guard let address = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
        let error = FileError(.map, path: path)
        close(descriptor)
        throw error
      }
      base = UnsafeRawPointer(address)
    } else {
      base = nil
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    if let base { munmap(UnsafeMutableRawPointer(mutating: base), byteCount) }
    close(descriptor)
  }

  /// The bytes of the whole file, valid during `body`.
  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) { try body(UnsafeRawBufferPointer(start: base, count: byteCount)) }
  }

  /// Where a range starts in memory; the caller keeps the file alive.
  func address(of offset: Int) -> UnsafeRawPointer? { base.map { $0 + offset } }
}
