/// The moment in which files that belong together take their places.
package enum Commit {
  /// Runs a body that is over in a moment; a signal that is to end the process waits for it.
  package static func run<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    SystemCalls.beginCommit()
    defer { SystemCalls.endCommit() }
    return try body()
  }
}
