/// The buffers that a kernel reads and writes.
struct BufferAccesses: KernelFields {
  private(set) var reads: Set<Int> = []
  private(set) var writes: Set<Int> = []

  init(_ kernel: any Kernel) {
    var kernel = kernel
    // Collecting cannot fail: the errors are those of files.
    try? kernel.visit(&self)
  }

  mutating func value<T: BitwiseCopyable>(_ value: inout T) {}

  mutating func values<T: BitwiseCopyable>(_ values: inout [T]) {}

  mutating func planes(_ planes: inout [PlaneReference], _ access: Access) {
    for plane in planes { add(plane.buffer, access) }
  }

  mutating func operand(_ operand: inout Operand?, _ access: Access) {
    if case .buffer(let index, _)? = operand { add(index, access) }
  }

  private mutating func add(_ buffer: Int, _ access: Access) {
    switch access {
    case .reads: reads.insert(buffer)
    case .writes: writes.insert(buffer)
    }
  }
}
