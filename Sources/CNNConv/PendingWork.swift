import Glibc
import Synchronization

/// Threads that were started and not waited for yet.
final class PendingWork: Sendable {
  private final class Job: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  private let threads = Mutex<[pthread_t]>([])

  /// Runs `body` on a thread of its own, or here where the system gives none.
  func start(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let job = Unmanaged.passRetained(Job(body))
    let code = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, job.toOpaque())
    if code == 0 { threads.withLock { $0.append(thread) } } else { job.takeRetainedValue().body() }
  }

  func finish() {
    let all = threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    for thread in all { pthread_join(thread, nil) }
  }
}
