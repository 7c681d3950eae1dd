import CNNTensors

/// The numbers of `int32_data`, `int64_data` and `uint64_data` as bytes of an element type, and back.
///
/// An entry of `int32_data` holds one element's bits, or one byte of packed elements below 8 bits.
struct TypedPayload {
  /// The elements' type: any but strings.
  let elementType: ElementType

  /// Bytes that one entry of the field becomes.
  var entryByteCount: Int { max(elementType.bitWidth, 8) / 8 }

  /// Puts an entry's low bytes at the place of entry `index`.
  @inline(__always)
  func store(_ entry: UInt64, at index: Int, into bytes: UnsafeMutableRawBufferPointer) {
    switch entryByteCount {
    case 1: bytes[index] = elementType == .bool ? (entry == 0 ? 0 : 1) : UInt8(truncatingIfNeeded: entry)
    case 2: bytes.storeBytes(of: UInt16(truncatingIfNeeded: entry), toByteOffset: 2 * index, as: UInt16.self)
    case 4: bytes.storeBytes(of: UInt32(truncatingIfNeeded: entry), toByteOffset: 4 * index, as: UInt32.self)
    default: bytes.storeBytes(of: entry, toByteOffset: 8 * index, as: UInt64.self)
    }
  }

  /// The entry that stands at place `index` of `bytes`: sign-extended for signed types, as a varint wants it.
  @inline(__always)
  func entry(at index: Int, of bytes: UnsafeRawBufferPointer) -> UInt64 {
    switch elementType {
    case .int8: UInt64(bitPattern: Int64(bytes.loadUnaligned(fromByteOffset: index, as: Int8.self)))
    case .int16: UInt64(bitPattern: Int64(bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self)))
    case .int32: UInt64(bitPattern: Int64(bytes.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self)))
    case .uint16, .float16, .bfloat16: UInt64(bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
    case .uint32: UInt64(bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
    case .int64, .uint64: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
    default: UInt64(bytes[index])
    }
  }

  /// The number of entries in a run of packed varints: every one ends in a byte below 0x80.
  static func entryCount(of run: UnsafeRawBufferPointer) -> Int {
    run.reduce(into: 0) { $0 += Int(~$1 >> 7) }
  }

  /// Decodes a run of packed varints; `bytes` has room for ``entryCount(of:)`` entries.
  func decode(_ reader: WireReader, into bytes: UnsafeMutableRawBufferPointer) throws(FormatError) {
    var reader = reader
    let capacity = bytes.count / entryByteCount
    var index = 0
    while !reader.isAtEnd {
      let start = reader.position
      let entry = try reader.varint()
      // Only a file that changes while it is read has more entries than were counted.
      guard index < capacity else { throw .truncated(at: start) }
      store(entry, at: index, into: bytes)
      index += 1
    }
  }

  /// Bytes that the entries take as packed varints.
  func encodedByteCount(of bytes: UnsafeRawBufferPointer) -> Int {
    (0..<bytes.count / entryByteCount).reduce(0) { $0 + Self.varintByteCount(entry(at: $1, of: bytes)) }
  }

  /// Bytes of a varint.
  static func varintByteCount(_ value: UInt64) -> Int { (max(1, 64 - value.leadingZeroBitCount) + 6) / 7 }
}
