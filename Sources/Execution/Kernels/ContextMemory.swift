/// Memory for C structures and arrays that refer to one another.
final class ContextMemory {
  private var blocks: [UnsafeMutableRawPointer] = []

  func copy<T: BitwiseCopyable>(_ values: [T]) -> UnsafeMutablePointer<T> {
    let memory = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
    memory.initialize(from: values, count: values.count)
    blocks.append(UnsafeMutableRawPointer(memory))
    return memory
  }

  func copy<T: BitwiseCopyable>(_ value: T) -> UnsafeMutablePointer<T> { copy([value]) }

  deinit { for block in blocks { block.deallocate() } }
}
