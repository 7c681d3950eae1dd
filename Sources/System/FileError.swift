/// Why a file could not be opened, read or written.
public struct FileError: Error, Hashable, Sendable {
  /// What was being done.
  public enum Operation: String, Sendable { case open, inspect, map, read, write, create, rename, sync }
  /// What was being done when it failed.
  public let operation: Operation
  /// The file's path as given.
  public let path: String
  /// The system's error number; 0 if the file is not a regular file, ``cutShort`` if its bytes changed while it was in use.
  public let number: Int32

  /// The ``number`` of a file that was changed or cut short, or whose disk failed, while it was in use.
  public static let cutShort: Int32 = -1

  /// Records a failure by the system's error number.
  public init(_ operation: Operation, path: String, number: Int32) {
    (self.operation, self.path, self.number) = (operation, path, number)
  }

  /// Records the system call of this thread that failed last.
  public init(_ operation: Operation, path: String) {
    self.init(operation, path: path, number: SystemCalls.lastError)
  }

  /// Records that no file but something else lies under a path.
  package init(_ operation: Operation, path: String, found kind: FileStatus.Kind) {
    self.init(operation, path: path, number: kind == .folder ? SystemCalls.isFolder : 0)
  }

  /// The system's words for ``number``.
  public var reason: String {
    switch number {
    case 0: "is not a regular file"
    case Self.cutShort: "it was changed or cut short, or its disk failed, while it was in use"
    default: SystemCalls.words(for: number)
    }
  }
  /// True if the system has too little memory or the process too many open files.
  public var isShortage: Bool { SystemCalls.shortages.contains(number) }
  /// True if nobody reads what is written.
  package var isBrokenPipe: Bool { number == SystemCalls.brokenPipe }
  /// True if something lies under the path already.
  package var isTaken: Bool { number == SystemCalls.exists }
  /// True if the file or a folder on its way does not exist.
  public var isNotFound: Bool { number == SystemCalls.notFound || number == SystemCalls.noFolder }
}
