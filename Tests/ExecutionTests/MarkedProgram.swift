import CKernels
import Glibc

/// A pool of threads as the library makes it.
final class Pool: @unchecked Sendable {
  struct NotMade: Error {}
  private let pool: OpaquePointer
  private let threads: Int32

  init(_ threads: Int) throws {
    guard let pool = cnn_pool_create(Int32(threads)) else { throw NotMade() }
    (self.pool, self.threads) = (pool, Int32(threads))
  }

  deinit { cnn_pool_destroy(pool) }

  func run(
    _ steps: [cnn_step], scratch: [UnsafeMutablePointer<Float>?], times: UnsafeMutablePointer<Int64>? = nil
  ) -> Int32 {
    cnn_pool_run(pool, threads, steps, Int64(steps.count), scratch, nil, times)
  }
}

/// What a step's tasks are told.
private struct TaskContext {
  /// The number of the step's first task among all tasks of the program.
  var first: Int
  /// The tasks that must be over.
  var before: Range<Int>
  /// The element behind all tasks' elements of the scratch memory, where tasks are counted that ran too early.
  var early: Int
  /// One element for each task of the program, not 0 when it is over.
  var marks: UnsafeMutablePointer<Int32>
}

/// Each thread counts in its own scratch memory, so that no count is lost whichever way tasks are dealt out.
private func leaveMark(_ context: UnsafeRawPointer?, _ task: Int64, _ scratch: UnsafeMutablePointer<Float>?) {
  guard let context, let scratch else { return }
  let own = context.assumingMemoryBound(to: TaskContext.self).pointee
  let index = own.first + Int(task)
  if own.before.contains(where: { own.marks[$0] == 0 }) { scratch[own.early] += 1 }
  scratch[index] += 1
  own.marks[index] = 1
}

/// A call, and what became of it.
private final class Call {
  let index: Int
  let before: Range<Int>
  let marks: UnsafeMutablePointer<Int32>
  let body: () -> Int32
  var count = 0
  var wasEarly = false
  var threads: [pthread_t] = []

  init(_ index: Int, after before: Range<Int>, _ marks: UnsafeMutablePointer<Int32>, _ body: @escaping () -> Int32) {
    (self.index, self.before, self.marks, self.body) = (index, before, marks, body)
  }
}

private func make(_ argument: UnsafeMutableRawPointer?) -> Int32 {
  guard let argument else { return -1 }
  let call = Unmanaged<Call>.fromOpaque(argument).takeUnretainedValue()
  if call.before.contains(where: { call.marks[$0] == 0 }) { call.wasEarly = true }
  call.count += 1
  call.threads.append(pthread_self())
  let code = call.body()
  call.marks[call.index] = 1
  return code
}

/// A program of which every task and call leaves a mark, so that what ran too often, too early or not at all shows.
final class MarkedProgram {
  enum Part {
    case tasks(Int)
    case call(() -> Int32)
  }

  private let total: Int
  private let early: Int
  private let marks: UnsafeMutablePointer<Int32>
  private let contexts: UnsafeMutablePointer<TaskContext>
  private let scratch: [UnsafeMutablePointer<Float>?]
  private var ranges: [Range<Int>] = []
  private var calls: [Int: Call] = [:]
  private var steps: [cnn_step] = []

  init(_ parts: [Part], threads: Int) {
    let counts = parts.map { part in
      switch part {
      case .tasks(let count): count
      case .call: 1
      }
    }
    (total, early) = (counts.reduce(0, +), counts.reduce(0, +))
    marks = .allocate(capacity: total + 1)
    contexts = .allocate(capacity: parts.count + 1)
    let size = total + 1
    scratch = (0..<threads).map { _ in UnsafeMutablePointer<Float>.allocate(capacity: size) }
    var before = 0..<0
    var first = 0
    for (index, part) in parts.enumerated() {
      let own = first..<first + counts[index]
      switch part {
      case .tasks(let count):
        (contexts + index).initialize(to: TaskContext(first: first, before: before, early: early, marks: marks))
        steps.append(
          cnn_step(
            run: leaveMark, context: UnsafeRawPointer(contexts + index), tasks: Int64(count), call: nil, argument: nil))
      case .call(let body):
        let call = Call(first, after: before, marks, body)
        calls[index] = call
        steps.append(
          cnn_step(
            run: nil, context: nil, tasks: 1, call: make, argument: Unmanaged.passUnretained(call).toOpaque()))
      }
      ranges.append(own)
      // A step without tasks leaves nothing to see; what must be over before the next one is what was before it.
      if !own.isEmpty { before = own }
      first = own.upperBound
    }
  }

  convenience init(counts: [Int], threads: Int) { self.init(counts.map { .tasks($0) }, threads: threads) }

  deinit {
    marks.deallocate()
    contexts.deallocate()
    for memory in scratch { memory?.deallocate() }
  }

  /// Runs the program, and looks at the marks.
  /// - Parameter end: the part that ends the program, and its code; all parts run if it is `nil`.
  /// - Returns: what was wrong; `nil` if nothing was.
  func run(on pool: Pool, end: (part: Int, code: Int32)? = nil) -> String? {
    marks.update(repeating: 0, count: total + 1)
    for memory in scratch { memory?.update(repeating: 0, count: total + 1) }
    for call in calls.values { (call.count, call.wasEarly, call.threads) = (0, false, []) }
    let code = pool.run(steps, scratch: scratch)
    if code != end?.code ?? 0 { return "code \(code)" }
    for (index, range) in ranges.enumerated() {
      let expected = index > end?.part ?? .max ? 0 : 1
      if let call = calls[index] {
        if call.count != expected { return "call \(index) was made \(call.count) times" }
        if call.wasEarly { return "call \(index) was made too early" }
        if !call.threads.allSatisfy({ $0 == pthread_self() }) { return "call \(index) was made by another thread" }
        continue
      }
      for task in range {
        let count = scratch.reduce(0) { $0 + Int($1?[task] ?? 0) }
        if count != expected { return "task \(task - range.lowerBound) of step \(index) ran \(count) times" }
      }
    }
    let tooEarly = scratch.reduce(0) { $0 + Int($1?[early] ?? 0) }
    return tooEarly == 0 ? nil : "\(tooEarly) tasks ran too early"
  }
}
