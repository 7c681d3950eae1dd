/// Mapped files that were changed or cut short, or whose disk failed, while they were in use.
///
/// The system ends a process by a signal if it reads a page of a mapped file that is not there any more. A program that
/// calls ``guardMappedFiles()`` at its start gets zeros instead, and an error before anything is made of them: runs,
/// files that are written, and ``check()`` throw as long as a file counts as lost.
public enum LostFiles {
  /// Guards all files that are mapped from now on. It handles the signal `SIGBUS` for their addresses alone; whoever
  /// handled it before still does for all others.
  public static func guardMappedFiles() { SystemCalls.guardMappedFiles() }

  /// What became of the first file that was lost; `nil` if there is none.
  public static var error: FileError? {
    SystemCalls.lostFile.map { FileError(.read, path: $0, number: FileError.cutShort) }
  }

  /// Goes on if no file was lost.
  /// - Throws: ``FileError``.
  public static func check() throws(FileError) { if let error { throw error } }

  /// From now on nothing counts as lost: the result is out, and what becomes of the files that it was made of is no matter.
  package static func settle() { SystemCalls.settleLostFiles() }

  /// Starts anew. A model that was read from a lost file must not be used any more.
  public static func forget() { SystemCalls.forgetLostFile() }
}
