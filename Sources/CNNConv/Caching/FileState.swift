import CNNSystem

/// A file as it was at some moment: where it lies, and what changes when its bytes do.
///
/// The time of the last change of its status is among it, which no ordinary program can set back.
struct FileState: Hashable, Sendable {
  let path: String
  let status: FileStatus

  init(_ path: String, _ status: FileStatus) { (self.path, self.status) = (path, status) }

  /// `nil` if the path leads to no file; a folder's files change without it.
  init?(_ path: String) {
    guard let status = FileStatus(path: path), status.kind == .file else { return nil }
    self.init(path, status)
  }

  /// True if the path still leads to the same file in the same state.
  var isCurrent: Bool { FileState(path) == self }

  /// The state in words.
  var words: String {
    func words(_ moment: FileStatus.Moment) -> String { "\(moment.seconds).\(moment.nanoseconds)" }
    return "\(path) \(status.device) \(status.number) \(status.byteCount) \(words(status.changed)) "
      + words(status.statusChanged)
  }

  /// Waits, for some milliseconds at most, until a change of the file's bytes must change its state.
  ///
  /// File systems take times from a clock that ticks every few milliseconds, so two changes in one tick look like one.
  /// - Returns: false if the wait would be long, or a program has the file open for writing: what it writes to memory
  ///   that is mapped may show nowhere.
  func settle() -> Bool {
    let (changed, now) = (status.statusChanged, SystemClock.now)
    let age = (now.seconds - changed.seconds) * 1_000_000 + (now.nanoseconds - changed.nanoseconds) / 1000
    let isCoarse = changed.nanoseconds == 0 && status.changed.nanoseconds == 0
    let rest = (isCoarse ? 2_500_000 : 15_000) - age
    if rest > 0 {
      guard rest <= 15_000 else { return false }
      SystemClock.pause(microseconds: UInt32(rest))
    }
    return isCurrent && !isOpenForWriting
  }

  /// True if some program is known to write to the file.
  private var isOpenForWriting: Bool { (try? MappedFile(path: path, marksChanges: false).isOpenForWriting) == true }

  /// True if nothing can have changed since the file was settled.
  var isSteady: Bool { isCurrent && !isOpenForWriting }
}
