/// Lets a test decide which calls on files fail. Without a test each call costs one look at a task-local value.
package enum FileFaults {
  /// A kind of call.
  package enum Call: Sendable, CaseIterable {
    case create, createUnnamed, name, map, read, write, copy, synchronize, close, lock, rename, remove, makeFolder
  }

  /// What becomes of a call.
  package enum Outcome: Sendable {
    case succeeds
    /// It reads or writes so many bytes at most. Other calls succeed.
    case takes(Int)
    /// It does nothing and fails with this error number.
    case fails(Int32)
  }

  /// The error number of a disk without room.
  package static var diskIsFull: Int32 { SystemCalls.noSpace }
  /// The error number of a file system that does not know a call.
  package static var unknownCall: Int32 { SystemCalls.notSupported }

  /// Asked before each call that the task makes, in order.
  @TaskLocal package static var answer: (@Sendable (Call) -> Outcome)?
}
