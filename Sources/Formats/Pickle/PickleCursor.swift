/// Takes operands from a pickle stream; every step is checked against its end.
struct PickleCursor {
  private static let lineLimit = 1 << 16

  /// The whole buffer; positions count from its start.
  let bytes: UnsafeRawBufferPointer
  /// Where the next byte is read.
  private(set) var position: Int
  /// Where the instruction that is being read begins.
  private(set) var instruction: Int

  init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
    (self.bytes, self.position, instruction) = (bytes, position, position)
  }

  func fault(_ fault: PickleFault) -> FormatError { .pickle(fault, at: instruction, member: nil) }

  mutating func opcode() throws(FormatError) -> PickleOpcode {
    instruction = position
    let byte = try number(UInt8.self)
    guard let opcode = PickleOpcode(rawValue: byte) else { throw fault(.opcode(byte)) }
    return opcode
  }

  /// A little-endian number.
  mutating func number<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) throws(FormatError) -> T {
    bytes.number(type, at: try advance(MemoryLayout<T>.size).offset)
  }

  /// A big-endian number.
  mutating func float() throws(FormatError) -> Double { Double(bitPattern: try number(UInt64.self).byteSwapped) }

  /// As many bytes as a number before them says.
  mutating func counted<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type
  ) throws(FormatError) -> (offset: Int, count: Int) {
    guard let count = Int(exactly: try number(type)), count >= 0 else { throw fault(.endsEarly) }
    return try advance(count)
  }

  /// The bytes up to the end of the line, which is passed over.
  mutating func line() throws(FormatError) -> (offset: Int, count: Int) {
    let rest = bytes[position..<min(bytes.count, position + Self.lineLimit)]
    guard let end = rest.firstIndex(of: 0x0a) else {
      throw fault(rest.count < Self.lineLimit ? .endsEarly : .operand("a line of at most \(Self.lineLimit) bytes"))
    }
    let start = position
    position = end + 1
    return (start, end - start)
  }

  /// The line as a text without spaces around it.
  mutating func word() throws(FormatError) -> String {
    let (offset, count) = try line()
    return String(decoding: bytes[offset..<offset + count], as: UTF8.self)
  }

  mutating func advance(_ count: Int) throws(FormatError) -> (offset: Int, count: Int) {
    guard count <= bytes.count - position else { throw fault(.endsEarly) }
    let start = position
    position += count
    return (start, count)
  }

  /// Two's complement of any length, as far as 64 bits hold it.
  static func integer(_ bytes: UnsafeRawBufferPointer.SubSequence) -> Int? {
    guard bytes.count <= 8 else { return nil }
    var value: UInt64 = bytes.last.map { $0 & 0x80 != 0 } ?? false ? .max : 0
    for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    return Int(truncatingIfNeeded: value)
  }
}
