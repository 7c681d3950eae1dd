/// How a kernel touches memory.
enum Access: Sendable {
  case reads
  case writes
}

/// Goes through the stored properties of a kernel: to collect what it reads and writes, to keep it in a file, or to fill
/// it from one.
protocol KernelFields {
  /// Sizes and choices. Addresses among them count for nothing.
  mutating func value<T: BitwiseCopyable>(_ value: inout T) throws
  /// Lists of numbers.
  mutating func values<T: BitwiseCopyable>(_ values: inout [T]) throws
  /// Planes of the arena's buffers.
  mutating func planes(_ planes: inout [PlaneReference], _ access: Access) throws
  /// Other memory; `nil` for none.
  mutating func operand(_ operand: inout Operand?, _ access: Access) throws
}
