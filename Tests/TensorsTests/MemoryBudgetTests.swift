import CNNTensors
import Testing

/// What tensors may take together, and who pays for it.
struct MemoryBudgetTests {
  @Test func memoryIsChargedToTheCurrentBudgetAndGivenBackToTheSame() throws {
    let (first, second) = (MemoryBudget(limit: 1000), MemoryBudget(limit: 1000))
    var tensor: Tensor? = try MemoryBudget.$current.withValue(first) { try Tensor([Float](repeating: 1, count: 100)) }
    #expect(tensor?.count == 100)
    #expect(first.used == 400)
    MemoryBudget.$current.withValue(second) { tensor = nil }
    #expect(first.used == 0)
    #expect(second.used == 0)
  }

  @Test func whatWouldPassTheLimitIsRefusedAndCostsNothing() throws {
    let budget = MemoryBudget(limit: 400)
    try MemoryBudget.$current.withValue(budget) {
      let tensor = try Tensor([Float](repeating: 1, count: 100))
      #expect(throws: TensorError.outOfMemory(requested: 4, limit: 400)) { try Tensor(scalar: Float(1)) }
      #expect(throws: TensorError.outOfMemory(requested: .max, limit: 400)) { try Storage(byteCount: .max) { _ in } }
      #expect(budget.used == tensor.byteCount)
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
    let budgets = [MemoryBudget(limit: 4000), MemoryBudget(limit: 1 << 20)]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for budget in budgets {
        group.addTask {
          try await MemoryBudget.$current.withValue(budget) {
            for _ in 0..<100 {
              let tensor = try Tensor([Float](repeating: 1, count: 1000))
              await Task.yield()
              #expect(budget.used == tensor.byteCount)
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
