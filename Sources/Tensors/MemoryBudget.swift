import Synchronization

/// The limit on memory that tensors of this process own together; mapped files do not count.
///
/// A few bytes of a hostile file can ask for terabytes (`ConstantOfShape`, `Tile`), so every allocation is charged here
/// before it is made, and refused with ``TensorError/outOfMemory(requested:limit:)`` when it would pass the limit.
public enum MemoryBudget {
  private static let owned = Atomic<Int>(0)
  private static let limitInBytes = Atomic<Int>(8 << 30)

  /// Bytes owned by live tensors.
  public static var used: Int { owned.load(ordering: .relaxed) }

  /// The most bytes that live tensors may own together.
  public static var limit: Int {
    get { limitInBytes.load(ordering: .relaxed) }
    set { limitInBytes.store(max(0, newValue), ordering: .relaxed) }
  }

  static func charge(_ count: Int) throws(TensorError) {
    let (_, total) = owned.add(count, ordering: .relaxed)
    guard total <= limit else {
      owned.subtract(count, ordering: .relaxed)
      throw .outOfMemory(requested: count, limit: limit)
    }
  }

  static func release(_ count: Int) { owned.subtract(count, ordering: .relaxed) }
}
