import CNNTensors
import Testing

/// How much may be computed, and for how long.
struct WorkBudgetTests {
  @Test func whatPassesTheLimitIsRefusedFromThenOn() throws {
    let budget = WorkBudget(limit: 1000)
    try budget.charge(1000)
    try budget.check()
    #expect(!budget.isOver)
    #expect(throws: LimitError.work(limit: 1000)) { try budget.charge(1) }
    #expect(throws: LimitError.work(limit: 1000)) { try budget.check() }
    #expect(throws: LimitError.work(limit: 1000)) { try budget.charge(0) }
    #expect(budget.isOver)
  }

  @Test func anyNumberCanBeCharged() throws {
    let budget = WorkBudget(limit: 10)
    for _ in 0..<1000 { #expect(throws: LimitError.work(limit: 10)) { try budget.charge(.max) } }
    try WorkBudget(limit: 10).charge(-5)
    let endless = WorkBudget()
    for _ in 0..<10 { try endless.charge(.max / 1000) }
  }

  @Test func aPartIsChargedToTheWhole() throws {
    let whole = WorkBudget(limit: 100)
    let part = WorkBudget(limit: 80, within: whole)
    try part.charge(60)
    #expect(whole.used == 60)
    #expect(throws: LimitError.work(limit: 80)) { try part.charge(30) }
    let other = WorkBudget(limit: 80, within: whole)
    #expect(throws: LimitError.work(limit: 100)) { try other.charge(50) }
    #expect(other.isOver && whole.isOver)
  }

  @Test func aDeadlineEndsTheWork() throws {
    let budget = WorkBudget(seconds: 0)
    while !budget.isOver {}
    #expect(throws: LimitError.time(seconds: 0)) { try budget.check() }
    #expect(throws: LimitError.time(seconds: 0)) { try WorkBudget(within: budget).charge(1) }
    try WorkBudget(seconds: 1e6).check()
  }

  @Test func stoppingEndsTheWork() throws {
    let budget = WorkBudget(limit: 10, seconds: 1e6)
    let part = WorkBudget(within: budget)
    try part.check()
    budget.stop()
    #expect(throws: CancellationError.self) { try budget.check() }
    #expect(throws: CancellationError.self) { try part.charge(1) }
    #expect(part.isOver)
  }

  @Test func whatMayFailIsLeftOutButNotPastTheEnd() throws {
    struct Failure: Error {}
    let budget = WorkBudget(limit: 10)
    try WorkBudget.$current.withValue(budget) {
      try #expect(WorkBudget.attempt { 3 } == 3)
      try #expect(WorkBudget.attempt { () throws -> Int in throw Failure() } == nil)
      #expect(throws: LimitError.work(limit: 10)) { try WorkBudget.attempt { try budget.charge(11) } }
    }
  }

  @Test func limitsHoldBesideThoseThatHoldAlready() throws {
    Limits(memory: 1 << 16, work: 1000).run {
      #expect(throws: TensorError.self) { try Tensor([Int8](repeating: 0, count: 1 << 17)) }
      Limits(memory: 1 << 20, work: 10_000).run {
        #expect(throws: TensorError.self) { try Tensor([Int8](repeating: 0, count: 1 << 17)) }
        #expect(throws: LimitError.work(limit: 1000)) { try WorkBudget.current.charge(5000) }
      }
      Limits().run { _ = #expect(throws: LimitError.work(limit: 1000)) { try WorkBudget.current.check() } }
    }
  }

  @Test func defaultsAreInProportion() {
    #expect(Limits.memory(forBytes: 0) == 1 << 30)
    #expect(Limits.memory(forBytes: 100 << 20) == 1 << 30 + 32 * (100 << 20))
    #expect(Limits.memory(forBytes: .max) > 0)
    #expect(Limits.work(forBytes: 0) == 100_000_000_000)
    #expect(Limits.work(forBytes: 10_000_000) == 1_100_000_000_000)
    #expect(Limits.work(forBytes: .max) == 10_000_000_000_000)
    Limits.$defaults.withValue(Limits(memory: 5, work: 7)) {
      #expect(Limits.memory(forBytes: 100) == 5)
      #expect(Limits.work(forBytes: 100) == 7)
    }
  }
}
