import CNNTensors
import Glibc

/// Floats at a cache line's start, which one owner writes.
final class AlignedMemory: @unchecked Sendable {
  let start: UnsafeMutablePointer<Float>
  let count: Int

  /// Room for `count` floats, not set to anything.
  /// - Throws: ``TensorError/outOfMemory(requested:limit:)`` where the budget does not allow it.
  init(count: Int) throws {
    let (bytes, overflow) = max(count, 16).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !overflow, bytes <= MemoryBudget.limit - min(MemoryBudget.limit, MemoryBudget.used) else {
      throw TensorError.outOfMemory(requested: overflow ? .max : bytes, limit: MemoryBudget.limit)
    }
    let isLarge = bytes >= 1 << 21
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? 1 << 21 : 64)
    // Fewer entries of the page table to look up; a system that has no large pages ignores it.
    if isLarge { madvise(memory, bytes, MADV_HUGEPAGE) }
    start = memory.assumingMemoryBound(to: Float.self)
    self.count = count
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }
}
