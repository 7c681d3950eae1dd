/// Memory that no tensor owns, such as a graph's nodes or a reader's records: charged as long as this lives.
package final class MemoryCharge: Sendable {
  private let budget: MemoryBudget
  private let byteCount: Int

  /// - Throws: ``TensorError/outOfMemory(requested:limit:)`` if the current budget does not allow it.
  package init(_ byteCount: Int) throws(TensorError) {
    let budget = MemoryBudget.current
    // First of all: an object that is whole gives back what it stands for, even if its making fails.
    try budget.charge(byteCount)
    (self.budget, self.byteCount) = (budget, byteCount)
  }

  deinit { budget.release(byteCount) }
}
