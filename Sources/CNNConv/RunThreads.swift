import CNNExecution
import Synchronization

/// Threads for the runs of `async` callers, who must not be held up: at most one for each CPU. A thread ends if nothing
/// waits to be run.
final class RunThreads: Sendable {
  private struct Job: Sendable {
    let id: Int
    let run: @Sendable () -> Void
    let cancel: @Sendable () -> Void
  }

  private struct State {
    var waiting: [Job] = []
    var threadCount = 0
    var jobCount = 0
  }

  static let shared = RunThreads(limit: EngineOptions().threadCount)

  private let limit: Int
  private let state = Mutex(State())
  private let threads = PendingWork()

  /// - Parameter limit: the most threads at a time.
  init(limit: Int) { self.limit = limit }

  /// Runs `body` on one of the threads when its turn comes.
  /// - Parameter stop: called if the caller's task is cancelled.
  /// - Throws: `CancellationError` if the task is cancelled while `body` waits, and what `body` throws.
  func run<R: Sendable>(
    _ body: @escaping @Sendable () throws -> R, stop: @escaping @Sendable () -> Void
  ) async throws -> R {
    let id = state.withLock { state in
      state.jobCount += 1
      return state.jobCount
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let job = Job(
          id: id, run: { continuation.resume(with: Result { try body() }) },
          cancel: { continuation.resume(throwing: CancellationError()) })
        add(job)
        // The task may have been cancelled before the job was there to be found.
        if Task.isCancelled { cancel(id) }
      }
    } onCancel: {
      stop()
      cancel(id)
    }
  }

  private func add(_ job: Job) {
    let needsThread = state.withLock { state in
      state.waiting.append(job)
      guard state.threadCount < limit else { return false }
      state.threadCount += 1
      return true
    }
    if needsThread { threads.start { self.work() } }
  }

  /// Takes a job away that still waits.
  private func cancel(_ id: Int) {
    let job = state.withLock { state in
      state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
    }
    job?.cancel()
  }

  private func work() {
    while true {
      let job = state.withLock { state -> Job? in
        guard !state.waiting.isEmpty else {
          state.threadCount -= 1
          return nil
        }
        return state.waiting.removeFirst()
      }
      guard let job else { return }
      job.run()
    }
  }
}
