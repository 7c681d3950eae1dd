import CNNTensors
import Glibc

/// Memory at a cache line's start, which one owner writes.
final class AlignedMemory: @unchecked Sendable {
  let start: UnsafeMutableRawPointer
  /// The memory as single precision.
  var floats: UnsafeMutablePointer<Float> { start.assumingMemoryBound(to: Float.self) }
  private let budget: MemoryBudget
  private let byteCount: Int

  /// Room for `byteCount` bytes, not set to anything.
  /// - Throws: ``TensorError/outOfMemory(requested:limit:)`` if the current budget does not allow it.
  init(byteCount: Int) throws {
    let bytes = max(byteCount, 64)
    let budget = MemoryBudget.current
    try budget.charge(bytes)
    (self.budget, self.byteCount) = (budget, bytes)
    let isLarge = bytes >= 1 << 21
    start = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? 1 << 21 : 64)
    // Fewer entries of the page table to look up; a system that has no large pages ignores it.
    if isLarge { madvise(start, bytes, MADV_HUGEPAGE) }
  }

  deinit {
    start.deallocate()
    budget.release(byteCount)
  }
}
