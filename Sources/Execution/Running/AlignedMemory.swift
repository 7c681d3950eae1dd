import CNNTensors
import Glibc

/// Memory at a cache line's start, which one owner writes.
final class AlignedMemory: @unchecked Sendable {
  let start: UnsafeMutableRawPointer
  /// The memory as single precision.
  var floats: UnsafeMutablePointer<Float> { start.assumingMemoryBound(to: Float.self) }

  /// Room for `byteCount` bytes, not set to anything.
  /// - Throws: ``TensorError/outOfMemory(requested:limit:)`` if the budget does not allow it.
  init(byteCount: Int) throws {
    let bytes = max(byteCount, 64)
    guard bytes <= MemoryBudget.limit - min(MemoryBudget.limit, MemoryBudget.used) else {
      throw TensorError.outOfMemory(requested: bytes, limit: MemoryBudget.limit)
    }
    let isLarge = bytes >= 1 << 21
    start = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? 1 << 21 : 64)
    // Fewer entries of the page table to look up; a system that has no large pages ignores it.
    if isLarge { madvise(start, bytes, MADV_HUGEPAGE) }
  }

  deinit { start.deallocate() }
}
