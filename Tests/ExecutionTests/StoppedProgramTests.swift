import CKernels
import Synchronization
import Testing

/// Programs that have to end between two tasks.
@Suite(.serialized) struct StoppedProgramTests {
  /// Counts tasks, and says that the program has to end once there are enough.
  private final class Counter: Sendable {
    let tasks = Atomic<Int>(0)
    let calls = Atomic<Int>(0)
    let most: Int

    init(most: Int) { self.most = most }

    var argument: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    static func from(_ argument: UnsafeRawPointer?) -> Counter? {
      argument.map { Unmanaged<Counter>.fromOpaque($0).takeUnretainedValue() }
    }
  }

  private func steps(_ counter: Counter) -> [cnn_step] {
    let tasks = cnn_step(
      run: { context, _, _ in _ = Counter.from(context)?.tasks.add(1, ordering: .relaxed) },
      context: UnsafeRawPointer(counter.argument), tasks: 1000, call: nil, argument: nil)
    let call = cnn_step(
      run: nil, context: nil, tasks: 1,
      call: { argument in
        _ = Counter.from(argument)?.calls.add(1, ordering: .relaxed)
        return 0
      }, argument: counter.argument)
    return [call, tasks, call, tasks, tasks, call]
  }

  private func run(_ counter: Counter, _ pool: OpaquePointer, threads: Int) -> Int32 {
    withExtendedLifetime(counter) {
      var watch = cnn_watch(
        is_over: { argument in
          guard let counter = Counter.from(argument) else { return 0 }
          return counter.tasks.load(ordering: .relaxed) >= counter.most ? 1 : 0
        }, argument: UnsafeRawPointer(counter.argument))
      let scratch = [UnsafeMutablePointer<Float>?](repeating: nil, count: threads)
      let steps = steps(counter)
      return cnn_pool_run(pool, Int32(threads), steps, Int64(steps.count), scratch, &watch, nil)
    }
  }

  /// No thread runs more than the task that it is at, no call is made, and the next program runs as if nothing had been.
  @Test(arguments: [1, 2, 3, 8], [0, 1, 10, 999, 1000, 1500, 2999]) func endsBetweenTwoTasks(threads: Int, most: Int)
    throws
  {
    let pool = try #require(cnn_pool_create(Int32(threads)))
    defer { cnn_pool_destroy(pool) }
    for _ in 0..<50 {
      let counter = Counter(most: most)
      #expect(run(counter, pool, threads: threads) == Int32(CNN_POOL_STOPPED))
      let tasks = counter.tasks.load(ordering: .relaxed)
      #expect(tasks >= most && tasks < most + threads)
      #expect(counter.calls.load(ordering: .relaxed) == (most == 0 ? 0 : most <= 1000 && tasks <= 1000 ? 1 : 2))
      let whole = Counter(most: .max)
      #expect(run(whole, pool, threads: threads) == 0)
      #expect(whole.tasks.load(ordering: .relaxed) == 3000)
      #expect(whole.calls.load(ordering: .relaxed) == 3)
    }
  }
}
