import CNNSystem
import CNNTensors
import COnnxProto

/// Memory for the messages that protobuf-c decodes, all freed at once.
///
/// protobuf-c asks for a piece of memory for every name: small pieces are cut off blocks and not given back one by one.
/// Large ones, most of which it needs only for a while, are.
final class DecodingArena {
  private static let blockSize = 1 << 18
  private static let largeSize = 1 << 12

  private var blocks: [UnsafeMutableRawPointer] = []
  private var large: Set<UnsafeMutableRawPointer> = []
  private var next: UnsafeMutableRawPointer?
  private var available = 0
  private let budget = MemoryBudget.current
  /// Bytes that have been charged.
  private(set) var byteCount = 0
  /// Why memory was refused, if it was.
  private(set) var refusal: TensorError?

  deinit {
    budget.release(byteCount)
    for block in blocks { RawMemory.deallocate(block) }
    for block in large { RawMemory.deallocate(block) }
  }

  /// Calls `body` with an allocator that takes memory from this arena.
  func withAllocator<R>(_ body: (UnsafeMutablePointer<ProtobufCAllocator>) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) {
      var allocator = ProtobufCAllocator(
        alloc: { DecodingArena.from($0)?.allocate($1) },
        free: { DecodingArena.from($0)?.release($1) },
        allocator_data: Unmanaged.passUnretained(self).toOpaque())
      return try body(&allocator)
    }
  }

  private static func from(_ data: UnsafeMutableRawPointer?) -> DecodingArena? {
    data.map { Unmanaged<DecodingArena>.fromOpaque($0).takeUnretainedValue() }
  }

  private func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    guard size < Self.largeSize else {
      guard let memory = newMemory(size) else { return nil }
      large.insert(memory)
      return memory
    }
    // Multiples of 8 keep every field of a message aligned.
    let size = (size + 7) & ~7
    if size > available {
      guard let block = newMemory(Self.blockSize) else { return nil }
      blocks.append(block)
      (next, available) = (block, Self.blockSize)
    }
    let memory = next
    next = memory.map { $0 + size }
    available -= size
    return memory
  }

  /// Memory of the system, charged for as long as the arena lives.
  private func newMemory(_ size: Int) -> UnsafeMutableRawPointer? {
    do throws(TensorError) {
      try budget.charge(size)
      byteCount += size
      guard let memory = RawMemory.allocate(byteCount: size) else { throw TensorError.noMemory(requested: size) }
      return memory
    } catch {
      refusal = error
      return nil
    }
  }

  private func release(_ memory: UnsafeMutableRawPointer?) {
    // protobuf-c gives back small pieces as well; those stay.
    if let memory, !large.isEmpty, large.remove(memory) != nil { RawMemory.deallocate(memory) }
  }
}
