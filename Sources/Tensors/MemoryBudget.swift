import Synchronization

/// A limit on the memory that tensors, engines and their scratch own together; mapped files do not count.
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
  /// The budget of the process, which all others are part of as a rule. It has no limit of its own unless a program sets
  /// one: models and sessions have budgets in proportion to their size.
  public static let process = MemoryBudget(limit: Limits.mostMemory)

  /// The budget that memory is charged to here.
  @TaskLocal public static var current = MemoryBudget.process

  private let owned = Atomic<Int>(0)
  private let limitInBytes: Atomic<Int>
  private let outer: MemoryBudget?

  /// A budget of its own.
  /// - Parameters:
  ///   - limit: the most bytes; 0 for a negative number.
  ///   - outer: a budget that the memory is charged to as well.
  public init(limit: Int, within outer: MemoryBudget? = nil) {
    limitInBytes = Atomic(max(0, limit))
    self.outer = outer
  }

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
      if exchanged { break }
      seen = now
    }
    guard let outer else { return }
    do { try outer.charge(count) } catch {
      owned.subtract(count, ordering: .relaxed)
      throw error
    }
  }

  /// Gives bytes back that were charged.
  package func release(_ count: Int) {
    owned.subtract(count, ordering: .relaxed)
    outer?.release(count)
  }

  /// Charges `count` elements of a type while `body` runs: for arrays that live as long.
  package func charging<T, R>(_ count: Int, of _: T.Type, _ body: () throws -> R) throws -> R {
    let bytes = count.saturatingMultiplied(by: MemoryLayout<T>.stride)
    try charge(bytes)
    defer { release(bytes) }
    return try body()
  }

  /// Raises a limit that grows with what it is in proportion to.
  package func raise(to limit: Int) { limitInBytes.max(limit, ordering: .relaxed) }
}
