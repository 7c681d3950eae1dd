import Glibc
import Synchronization

/// Threads that were started and are not done yet.
final class PendingWork: Sendable {
  private final class Job: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  private let count = Atomic<Int>(0)

  /// Runs `body` on a thread of its own, or here where the system gives none.
  func start(_ body: @escaping @Sendable () -> Void) {
    count.add(1, ordering: .sequentiallyConsistent)
    var thread = pthread_t()
    let job = Unmanaged.passRetained(
      Job { [self] in
        body()
        count.subtract(1, ordering: .sequentiallyConsistent)
      })
    let code = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, job.toOpaque())
    if code == 0 { pthread_detach(thread) } else { job.takeRetainedValue().body() }
  }

  /// Returns when all of it is done.
  func finish() { while count.load(ordering: .sequentiallyConsistent) > 0 { usleep(500) } }
}
