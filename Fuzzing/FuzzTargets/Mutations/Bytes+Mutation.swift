import CFuzzing
import TestSupport

extension [UInt8] {
  /// Changes the bytes as libFuzzer does, with the words of its dictionary and what it saw compared.
  mutating func mutate(atMost limit: Int) {
    let count = count
    let limit = Swift.max(limit, count, 1)
    self = [UInt8](unsafeUninitializedCapacity: limit) { target, initialized in
      for index in 0..<count { target[index] = self[index] }
      for index in count..<limit { target[index] = 0 }
      initialized = LLVMFuzzerMutate(target.baseAddress, count, limit)
    }
  }

  /// Little-endian numbers of an unsigned type.
  mutating func append<T: FixedWidthInteger>(number: T) {
    for shift in stride(from: 0, to: T.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> T(shift))) }
  }
}

extension UnsafeRawBufferPointer {
  /// A little-endian number that lies within the bytes.
  func littleEndian<T: FixedWidthInteger>(_: T.Type, at offset: Int) -> T? {
    guard offset >= 0, count - offset >= T.bitWidth / 8 else { return nil }
    return (0..<T.bitWidth / 8).reduce(0) { $0 | T(truncatingIfNeeded: self[offset + $1]) << T(8 * $1) }
  }
}

extension SplitMix {
  /// A number at which programs like to be wrong, or one near to `value`.
  mutating func integer(near value: Int64) -> Int64 {
    let edges: [Int64] = [
      0, 1, 2, 3, 7, 8, 64, 127, 128, 255, 256, 1000, 65535, 65536, 1 << 24, 1 << 31, 1 << 32, 1 << 40, .max,
      .max / 4 + 1, .min,
    ]
    switch pick(0...5) {
    case 0: return value &+ 1
    case 1: return value &- 1
    case 2: return value &* 2
    case 3: return 0 &- value
    case 4: return Int64(pick(0...9))
    default: return pick(edges) &* (chance(0.3) ? -1 : 1)
    }
  }

  /// A place in a list that is not empty.
  mutating func index(of list: some RandomAccessCollection) -> Int { pick(0...list.count - 1) }
}
