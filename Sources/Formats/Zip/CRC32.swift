/// The checksum of zip archives (ISO 3309; PKWARE APPNOTE 6.3.10, 4.4.7), sixteen bytes at a step.
///
/// Source of the steps: Kounavis, Berry: "Novel table lookup-based algorithms for high-performance CRC generation", 2008.
enum CRC32 {
  private static let polynomial: UInt32 = 0xedb8_8320
  private static let stepByteCount = 16

  /// Row `k` holds what a byte contributes that `k` further bytes follow.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: stepByteCount * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 0 ? 0 : polynomial) }
      table[byte] = value
    }
    for row in 1..<stepByteCount {
      for byte in 0..<256 {
        let last = table[(row - 1) * 256 + byte]
        table[row * 256 + byte] = last >> 8 ^ table[Int(last & 0xff)]
      }
    }
    return table
  }()

  /// The checksum of `bytes`.
  /// - Parameter start: the checksum of what stands before them; 0 if nothing does.
  static func checksum(_ bytes: UnsafeRawBufferPointer, after start: UInt32 = 0) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      var value = ~start
      var position = 0
      func part(_ word: UInt32, _ row: Int) -> UInt32 {
        let (low, high) = (table[row * 256 + Int(word & 0xff)], table[(row - 1) * 256 + Int(word >> 8 & 0xff)])
        return low ^ high ^ table[(row - 2) * 256 + Int(word >> 16 & 0xff)] ^ table[(row - 3) * 256 + Int(word >> 24)]
      }
      while bytes.count - position >= stepByteCount {
        let first = bytes.number(UInt32.self, at: position) ^ value
        let second = bytes.number(UInt32.self, at: position + 4)
        let third = bytes.number(UInt32.self, at: position + 8)
        let fourth = bytes.number(UInt32.self, at: position + 12)
        value = part(first, 15) ^ part(second, 11) ^ part(third, 7) ^ part(fourth, 3)
        position += stepByteCount
      }
      for byte in bytes[position...] { value = value >> 8 ^ table[Int((value ^ UInt32(byte)) & 0xff)] }
      return ~value
    }
  }
}
