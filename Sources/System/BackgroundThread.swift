/// A thread that nobody waits for.
package enum BackgroundThread {
  /// Runs `body` on a thread of its own.
  /// - Returns: false if the system gives none; `body` has not run then.
  package static func start(_ body: @escaping @Sendable () -> Void) -> Bool { SystemCalls.startThread(body) }
}
