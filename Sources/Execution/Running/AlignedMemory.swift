import CNNSystem
import CNNTensors

/// Memory at a cache line's start, which one owner writes.
final class AlignedMemory: @unchecked Sendable {
  let start: UnsafeMutableRawPointer
  /// The memory as single precision.
  var floats: UnsafeMutablePointer<Float> { start.assumingMemoryBound(to: Float.self) }
  private let budget: MemoryBudget
  private let byteCount: Int

  /// Room for `byteCount` bytes, not set to anything.
  /// - Throws: ``TensorError/outOfMemory(requested:limit:)`` if the current budget does not allow it, and
  ///   ``TensorError/noMemory(requested:)`` if the system does not give it.
  init(byteCount: Int) throws {
    let bytes = max(byteCount, 64)
    let budget = MemoryBudget.current
    try budget.charge(bytes)
    let isLarge = bytes >= 1 << 21
    guard let start = RawMemory.allocate(byteCount: bytes, alignment: isLarge ? 1 << 21 : 64) else {
      budget.release(bytes)
      throw TensorError.noMemory(requested: bytes)
    }
    (self.budget, self.byteCount, self.start) = (budget, bytes, start)
    if isLarge { RawMemory.preferLargePages(start, byteCount: bytes) }
  }

  deinit {
    RawMemory.deallocate(start)
    budget.release(byteCount)
  }
}
