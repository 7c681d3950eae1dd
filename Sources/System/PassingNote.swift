/// Says that a file or folder goes if the process ends before it has become something.
final class PassingNote: Sendable {
  private nonisolated(unsafe) let note: UnsafeMutableRawPointer?

  /// To be made before the file.
  init(_ path: String) { note = SystemCalls.notePassing(path) }

  /// The file has become something, or is gone.
  deinit { SystemCalls.forgetPassing(note) }
}
