import Synchronization

/// A limit on the memory that tensors and engines own together; mapped files do not count.
///
/// A few bytes of a hostile file can ask for terabytes (`ConstantOfShape`, `Tile`). So each allocation is charged to a
/// budget before it is made, and is refused with ``TensorError/outOfMemory(requested:limit:)`` when it would pass the
/// limit. Memory is charged to the budget that is ``current`` when it is allocated, and given back to the same one.
///
/// ```swift
/// let budget = MemoryBudget(limit: 1 << 30)
/// let model = try MemoryBudget.$current.withValue(budget) { try Model(contentsOf: path) }
/// ```
public final class MemoryBudget: Sendable {
  /// The budget of the process: of all that is not charged to another one.
  public static let process = MemoryBudget(limit: 8 << 30)

  /// The budget that memory is charged to here.
  @TaskLocal public static var current = MemoryBudget.process

  private let owned = Atomic<Int>(0)
  private let limitInBytes: Atomic<Int>

  /// A budget of its own.
  /// - Parameter limit: the most bytes; 0 for a negative number.
  public init(limit: Int) { limitInBytes = Atomic(max(0, limit)) }

  /// Bytes that are charged now.
  public var used: Int { owned.load(ordering: .relaxed) }

  /// The most bytes that may be charged together.
  public var limit: Int {
    get { limitInBytes.load(ordering: .relaxed) }
    set { limitInBytes.store(max(0, newValue), ordering: .relaxed) }
  }

  /// Charges bytes that are about to be allocated.
  /// - Throws: ``TensorError/outOfMemory(requested:limit:)`` if they would pass the limit.
  package func charge(_ count: Int) throws(TensorError) {
    let limit = limit
    var seen = owned.load(ordering: .relaxed)
    while true {
      let (total, overflow) = seen.addingReportingOverflow(count)
      guard !overflow, total <= limit else { throw .outOfMemory(requested: count, limit: limit) }
      let (exchanged, now) = owned.weakCompareExchange(expected: seen, desired: total, ordering: .relaxed)
      if exchanged { return }
      seen = now
    }
  }

  /// Gives bytes back that were charged.
  package func release(_ count: Int) { owned.subtract(count, ordering: .relaxed) }
}
