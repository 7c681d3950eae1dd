import CNNTensors
import Testing

/// What tensors may take together, and who pays for it.
struct MemoryBudgetTests {
  @Test func memoryIsChargedToTheCurrentBudgetAndGivenBackToTheSame() throws {
    let (first, second) = (MemoryBudget(limit: 1000), MemoryBudget(limit: 1000))
    var tensor: Tensor? = try MemoryBudget.$current.withValue(first) { try Tensor([Float](repeating: 1, count: 100)) }
    #expect(tensor?.count == 100)
    #expect(first.used == 400 + Storage.overhead)
    MemoryBudget.$current.withValue(second) { tensor = nil }
    #expect(first.used == 0)
    #expect(second.used == 0)
  }

  @Test func whatWouldPassTheLimitIsRefusedAndCostsNothing() throws {
    let limit = 400 + Storage.overhead
    let budget = MemoryBudget(limit: limit)
    try MemoryBudget.$current.withValue(budget) {
      let tensor = try Tensor([Float](repeating: 1, count: 100))
      #expect(throws: TensorError.outOfMemory(requested: 4 + Storage.overhead, limit: limit)) {
        try Tensor(scalar: Float(1))
      }
      #expect(throws: TensorError.outOfMemory(requested: .max, limit: limit)) { try Storage(byteCount: .max) { _ in } }
      #expect(budget.used == tensor.byteCount + Storage.overhead)
    }
  }

  @Test func aPartOfABudgetIsChargedToTheWhole() throws {
    let whole = MemoryBudget(limit: 10_000)
    let parts = [MemoryBudget(limit: 8000, within: whole), MemoryBudget(limit: 8000, within: whole)]
    var tensors: [Tensor] = []
    try MemoryBudget.$current.withValue(parts[0]) { tensors.append(try Tensor([Int8](repeating: 1, count: 6000))) }
    #expect(whole.used == parts[0].used)
    // The part would allow it, the whole does not, and then neither is charged.
    MemoryBudget.$current.withValue(parts[1]) {
      #expect(throws: TensorError.outOfMemory(requested: 6000 + Storage.overhead, limit: 10_000)) {
        try Tensor([Int8](repeating: 1, count: 6000))
      }
    }
    #expect(parts[1].used == 0)
    #expect(whole.used == 6000 + Storage.overhead)
    tensors = []
    #expect(whole.used == 0)
  }

  @Test func aChargeThatIsRefusedGivesNothingBack() throws {
    let budget = MemoryBudget(limit: 100)
    try MemoryBudget.$current.withValue(budget) {
      var charge: MemoryCharge? = try MemoryCharge(60)
      #expect(throws: TensorError.outOfMemory(requested: 60, limit: 100)) { try MemoryCharge(60) }
      #expect(charge != nil)
      #expect(budget.used == 60)
      charge = nil
      #expect(budget.used == 0)
    }
  }

  @Test func viewsAndStringsAreChargedToo() throws {
    let budget = MemoryBudget(limit: 1 << 20)
    try MemoryBudget.$current.withValue(budget) {
      let whole = try Tensor([Float](repeating: 1, count: 100))
      var views = try (0..<100).map { try Storage(part: #require(whole.storage), offset: 4 * $0, count: 4) }
      // The optimizer lets go of what nothing reads any more.
      withExtendedLifetime((whole, views)) { #expect(budget.used == 400 + 101 * Storage.overhead) }
      views = []
      withExtendedLifetime(whole) { #expect(budget.used == 400 + Storage.overhead) }
      let before = budget.used
      var strings: Tensor? = try Tensor(strings: ["a", String(repeating: "b", count: 5000)], shape: [2])
      #expect(budget.used > before + 5000)
      #expect(throws: TensorError.self) {
        try Tensor(strings: Array(repeating: String(repeating: "b", count: 5000), count: 1000), shape: [1000])
      }
      strings = nil
      #expect(views.isEmpty && strings == nil)
      #expect(budget.used == before)
    }
  }

  @Test func memoryIsGivenBackWhenFillingItFails() throws {
    struct Stop: Error {}
    let budget = MemoryBudget(limit: 400)
    MemoryBudget.$current.withValue(budget) {
      #expect(throws: Stop.self) { try Storage(byteCount: 100) { _ in throw Stop() } }
    }
    #expect(budget.used == 0)
  }

  @Test func tasksWithBudgetsOfTheirOwnDoNotDisturbOneAnother() async throws {
    let budgets = [MemoryBudget(limit: 5000), MemoryBudget(limit: 1 << 20)]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for budget in budgets {
        group.addTask {
          try await MemoryBudget.$current.withValue(budget) {
            for _ in 0..<100 {
              let tensor = try Tensor([Float](repeating: 1, count: 1000))
              await Task.yield()
              #expect(budget.used == tensor.byteCount + Storage.overhead)
            }
            let isRefused = (try? (Storage(byteCount: 3000) { _ in }, Storage(byteCount: 3000) { _ in })) == nil
            #expect(isRefused == (budget.limit < 6000))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(budgets.map(\.used) == [0, 0])
  }
}
