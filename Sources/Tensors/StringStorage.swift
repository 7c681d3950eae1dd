/// The strings of a tensor, charged to the budget that is current when they become one.
final class StringStorage: Sendable {
  let strings: [String]
  private let budget: MemoryBudget
  private let byteCount: Int

  /// - Throws: ``TensorError/outOfMemory(requested:limit:)`` if the current budget does not allow them.
  init(_ strings: [String]) throws(TensorError) {
    budget = MemoryBudget.current
    byteCount = Storage.overhead + StringStorage.byteCount(of: strings)
    try budget.charge(byteCount)
    self.strings = strings
  }

  deinit { budget.release(byteCount) }

  /// What strings take: 16 bytes each, and the text of those that do not fit into them.
  private static func byteCount(of strings: [String]) -> Int {
    strings.reduce(0) { $0 + 16 + ($1.utf8.count > 15 ? 48 + $1.utf8.count : 0) }
  }
}
