import CKernels
import Foundation
import Synchronization
import TestSupport
import Testing

/// Threads that wait for one another.
private final class Meeting: Sendable {
  let missing = Atomic(0)
}

/// The threads under all engines. One test after the other, for the threads to be there.
@Suite(.serialized) struct ThreadPoolTests {
  private static let counts = [1, 2, 3, 1000, 0, 7, 1, 64]

  // MARK: Tasks

  /// More steps than the pool keeps counters for at first, of all sizes.
  @Test(arguments: [1, 2, 3, 8], [1, 8, 250, 600]) func runsEachTaskOnce(threads: Int, steps: Int) throws {
    let pool = try Pool(threads)
    let program = MarkedProgram(counts: (0..<steps).map { Self.counts[$0 % 8] }, threads: threads)
    for round in 0..<5 { #expect(program.run(on: pool) == nil, "round \(round)") }
  }

  @Test(arguments: [1, 2, 8]) func runsEmptyPrograms(threads: Int) throws {
    let pool = try Pool(threads)
    let (nothing, little) = (MarkedProgram(counts: [], threads: threads), MarkedProgram(counts: [3], threads: threads))
    let empty = MarkedProgram(counts: [0, 0, 0], threads: threads)
    for _ in 0..<200 {
      #expect(nothing.run(on: pool) == nil)
      #expect(little.run(on: pool) == nil)
      #expect(empty.run(on: pool) == nil)
    }
  }

  /// Long and short programs in turn: counters of the long ones stay behind.
  @Test(arguments: [2, 3, 8]) func runsProgramsInTurn(threads: Int) throws {
    let pool = try Pool(threads)
    let programs = [[2], [1000, 1, 1000], Array(repeating: 5, count: 300), [1, 1, 1, 1], [threads], [0, 9]].map {
      MarkedProgram(counts: $0, threads: threads)
    }
    var random = SplitMix(seed: threads)
    for round in 0..<1500 {
      let index = random.pick(0...programs.count - 1)
      #expect(programs[index].run(on: pool) == nil, "round \(round), program \(index)")
    }
  }

  @Test(.timeLimit(.minutes(2)), arguments: [(2, 20_000), (8, 4000)])
  func runsManyShortPrograms(threads: Int, count: Int) throws {
    let pool = try Pool(threads)
    let program = MarkedProgram(counts: [2, 1, threads], threads: threads)
    var failures = 0
    for _ in 0..<count where program.run(on: pool) != nil { failures += 1 }
    #expect(failures == 0)
  }

  /// Threads sleep when there has been nothing to do for a while.
  @Test(arguments: [2, 8]) func wakesItsThreads(threads: Int) throws {
    let pool = try Pool(threads)
    let program = MarkedProgram(counts: [threads, 40, 1], threads: threads)
    for round in 0..<150 {
      usleep(useconds_t(round * 20))
      #expect(program.run(on: pool) == nil, "round \(round)")
    }
  }

  /// As many tasks as threads that wait for one another: each thread has to take one, however long it has slept.
  @Test(.timeLimit(.minutes(2)), arguments: [2, 3, 8]) func usesAllThreads(threads: Int) throws {
    func meet(_ context: UnsafeRawPointer?, _ task: Int64, _ scratch: UnsafeMutablePointer<Float>?) {
      guard let context, let scratch else { return }
      let meeting = Unmanaged<Meeting>.fromOpaque(context).takeUnretainedValue()
      meeting.missing.subtract(1, ordering: .relaxed)
      for _ in 0..<100_000 {
        if meeting.missing.load(ordering: .relaxed) == 0 {
          scratch[0] += 1
          return
        }
        usleep(100)
      }
    }
    let pool = try Pool(threads)
    let scratch = (0..<threads).map { _ in Optional(UnsafeMutablePointer<Float>.allocate(capacity: 1)) }
    defer { for memory in scratch { memory?.deallocate() } }
    let meeting = Meeting()
    defer { withExtendedLifetime(meeting) {} }
    let context = UnsafeRawPointer(Unmanaged.passUnretained(meeting).toOpaque())
    let step = cnn_step(run: meet, context: context, tasks: Int64(threads), call: nil, argument: nil)
    for round in 0..<30 {
      meeting.missing.store(threads, ordering: .relaxed)
      for memory in scratch { memory?.update(repeating: 0, count: 1) }
      #expect(pool.run([step], scratch: scratch) == 0)
      #expect(scratch.map { $0?[0] ?? 0 } == Array(repeating: 1, count: threads), "round \(round)")
      usleep(useconds_t(round * 50))
    }
  }

  /// The times that are told are those that pass: ten naps of a millisecond and more for each of two threads.
  @Test func takesTimes() throws {
    func nap(_ context: UnsafeRawPointer?, _ task: Int64, _ scratch: UnsafeMutablePointer<Float>?) { usleep(1000) }
    let pool = try Pool(2)
    let step = cnn_step(run: nap, context: nil, tasks: 20, call: nil, argument: nil)
    var times: [Int64] = [0, 0, 0]
    let begin = ContinuousClock.now
    let code = pool.run([step, step, step], scratch: [nil, nil], times: &times)
    let elapsed = begin.duration(to: .now)
    #expect(code == 0)
    #expect(times.allSatisfy { $0 >= 10_000_000 })
    #expect(Duration.nanoseconds(times.reduce(0, +)) <= elapsed)
  }

  // MARK: Calls

  @Test(arguments: [1, 2, 8]) func makesCalls(threads: Int) throws {
    let pool = try Pool(threads)
    let program = MarkedProgram(
      [
        .call { 0 }, .tasks(100), .call { 0 }, .call { 0 }, .tasks(0), .tasks(3),
        .call {
          usleep(500)
          return 0
        }, .tasks(1000), .call { 0 },
      ], threads: threads)
    for round in 0..<300 { #expect(program.run(on: pool) == nil, "round \(round)") }
  }

  /// A call that fails ends the program there and then, and the next one runs as if nothing had been.
  @Test(arguments: [1, 2, 3, 8], [0, 1, 4]) func endsWhereACallFails(threads: Int, index: Int) throws {
    let pool = try Pool(threads)
    var parts: [MarkedProgram.Part] = [.tasks(30), .tasks(2), .tasks(1), .tasks(500), .tasks(7), .tasks(64)]
    parts.insert(.call { 7 }, at: index)
    parts.insert(.call { 0 }, at: index)
    let failing = MarkedProgram(parts, threads: threads)
    let shorter = MarkedProgram([.tasks(2), .call { -3 }, .tasks(2)], threads: threads)
    let good = MarkedProgram(counts: [5, 1, 300, 2], threads: threads)
    for round in 0..<500 {
      #expect(failing.run(on: pool, end: (index + 1, 7)) == nil, "round \(round)")
      if round % 2 == 0 { #expect(good.run(on: pool) == nil, "round \(round)") }
      if round % 3 == 0 { #expect(shorter.run(on: pool, end: (1, -3)) == nil, "round \(round)") }
    }
  }

  /// A call may run a program of its own: the threads are taken, so its thread does it all.
  @Test(arguments: [1, 2, 8]) func runsProgramsInCalls(threads: Int) throws {
    let pool = try Pool(threads)
    let inner = MarkedProgram(counts: [4, 50, 1], threads: threads)
    let outer = MarkedProgram(
      [.tasks(20), .call { inner.run(on: pool) == nil ? 0 : 1 }, .tasks(20)], threads: threads)
    for round in 0..<200 { #expect(outer.run(on: pool) == nil, "round \(round)") }
  }

  // MARK: Callers

  /// Callers on threads of their own, each with its own programs: one has the pool's threads, the others go alone.
  @Test(.timeLimit(.minutes(2)), arguments: [2, 4, 8]) func finishesForAllCallers(threads: Int) async throws {
    let pool = try Pool(threads)
    let wrong = await withTaskGroup(of: [String].self) { group in
      for caller in 0..<4 {
        group.addTask {
          let program = MarkedProgram(
            [.tasks(40 + caller), .tasks(1), .call { 0 }, .tasks(200)], threads: threads)
          let failing = MarkedProgram([.tasks(10), .call { 9 }, .tasks(10)], threads: threads)
          return (0..<400).compactMap { round in
            round % 5 == caller ? failing.run(on: pool, end: (1, 9)) : program.run(on: pool)
          }
        }
      }
      return await group.reduce(into: [String]()) { $0 += $1 }
    }
    #expect(wrong == [])
  }

  @Test func makesAndDestroysPools() throws {
    for threads in [0, -1, 1025] { #expect(throws: Pool.NotMade.self) { try Pool(threads) } }
    cnn_pool_destroy(nil)
    for round in 0..<100 {
      let pool = try Pool(1 + round % 9)
      // Threads may be waiting, sleeping, or not even have begun.
      if round % 3 == 0 { continue }
      let program = MarkedProgram(counts: [30, 2], threads: 1 + round % 9)
      #expect(program.run(on: pool) == nil)
      if round % 10 == 1 { usleep(1000) }
    }
  }
}
