import CNNSystem
import Synchronization

/// Threads that were started and are not done yet.
final class PendingWork: Sendable {
  private let count = Atomic<Int>(0)

  /// Runs `body` on a thread of its own, or here if the system gives none.
  func start(_ body: @escaping @Sendable () -> Void) {
    count.add(1, ordering: .sequentiallyConsistent)
    let job: @Sendable () -> Void = { [self] in
      body()
      count.subtract(1, ordering: .sequentiallyConsistent)
    }
    if !BackgroundThread.start(job) { job() }
  }

  /// Returns when all of it is done.
  func finish() { while count.load(ordering: .sequentiallyConsistent) > 0 { SystemClock.pause(microseconds: 500) } }
}
