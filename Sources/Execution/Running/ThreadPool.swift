import CKernels
import CNNTensors
import Synchronization

/// The threads that all sessions of a process share.
final class ThreadPool: Sendable {
  /// How many threads there are, the caller's among them.
  let count: Int
  private nonisolated(unsafe) let pool: OpaquePointer

  private init?(count: Int) {
    guard let pool = cnn_pool_create(Int32(count)) else { return nil }
    (self.pool, self.count) = (pool, count)
  }

  deinit { cnn_pool_destroy(pool) }

  /// Pools by their size; a process needs one, a measurement perhaps two.
  private static let pools = Mutex<[Int: ThreadPool]>([:])

  /// A pool of at least this many threads; `nil` if the system gives none.
  static func shared(_ count: Int) -> ThreadPool? {
    pools.withLock { pools in
      if let pool = pools[count] { return pool }
      guard let pool = ThreadPool(count: count) else { return nil }
      pools[count] = pool
      return pool
    }
  }

  /// Runs steps in order.
  /// - Parameters:
  ///   - budget: asked before each task whether the work has to end; `nil` for steps that take no time worth speaking of.
  ///   - times: room for the nanoseconds of each step.
  /// - Returns: 0, what a call gave that ended the run, or `CNN_POOL_STOPPED` if the budget ended it.
  func run(
    _ steps: UnsafeBufferPointer<cnn_step>, scratch: UnsafePointer<UnsafeMutablePointer<Float>?>,
    within budget: WorkBudget? = nil, times: UnsafeMutablePointer<Int64>? = nil
  ) -> Int32 {
    withExtendedLifetime(budget) {
      let watch = cnn_watch(
        is_over: { argument in
          guard let argument else { return 0 }
          return Unmanaged<WorkBudget>.fromOpaque(argument)._withUnsafeGuaranteedRef { $0.isOver ? 1 : 0 }
        }, argument: budget.map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) })
      return withUnsafePointer(to: watch) {
        cnn_pool_run(
          pool, Int32(count), steps.baseAddress, Int64(steps.count), scratch, budget == nil ? nil : $0, times)
      }
    }
  }

  /// Runs one kernel that needs no scratch memory.
  func run<T>(_ kernel: cnn_task?, _ context: T, tasks: Int) {
    withUnsafePointer(to: context) { context in
      let step = cnn_step(
        run: kernel, context: UnsafeRawPointer(context), tasks: Int64(tasks), call: nil, argument: nil)
      let scratch = [UnsafeMutablePointer<Float>?](repeating: nil, count: count)
      _ = withUnsafePointer(to: step) { run(UnsafeBufferPointer(start: $0, count: 1), scratch: scratch) }
    }
  }
}
