import CNNTensors

/// The numbers of `int32_data`, `int64_data` and `uint64_data` as bytes of an element type, and back.
///
/// An entry of `int32_data` holds one element's bits, or one byte of packed elements of 2 or 4 bits.
struct TypedPayload {
  /// The elements' type: any but strings.
  let elementType: ElementType

  /// Bytes that one entry of the field becomes.
  var entryByteCount: Int { max(elementType.bitWidth, 8) / 8 }

  /// True if an entry holds one element that shares its bytes with others: those of 6 bits.
  var isSpread: Bool { elementType.bitWidth == 6 }

  /// Bytes that this many entries become.
  func byteCount(ofEntries count: Int) -> Int? {
    if isSpread { return elementType.byteCount(of: count) }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: entryByteCount)
    return overflow ? nil : bytes
  }

  /// Sets the low bytes of entry `index`.
  @inline(__always)
  func store(_ entry: UInt64, at index: Int, into bytes: UnsafeMutableRawBufferPointer) {
    if isSpread {
      let (byte, shift) = (6 * index / 8, 6 * index % 8)
      let code = UInt16(truncatingIfNeeded: entry & 0x3F) << UInt16(shift)
      // Entries come in order: the first one in a byte clears it.
      bytes[byte] = (shift == 0 ? 0 : bytes[byte]) | UInt8(truncatingIfNeeded: code)
      if shift > 2 { bytes[byte + 1] = UInt8(truncatingIfNeeded: code >> 8) }
      return
    }
    switch entryByteCount {
    case 1: bytes[index] = elementType == .bool ? (entry == 0 ? 0 : 1) : UInt8(truncatingIfNeeded: entry)
    case 2: bytes.storeBytes(of: UInt16(truncatingIfNeeded: entry), toByteOffset: 2 * index, as: UInt16.self)
    case 4: bytes.storeBytes(of: UInt32(truncatingIfNeeded: entry), toByteOffset: 4 * index, as: UInt32.self)
    default: bytes.storeBytes(of: entry, toByteOffset: 8 * index, as: UInt64.self)
    }
  }

  /// Entry `index` of `bytes`: sign-extended for signed types, as a varint wants it.
  @inline(__always)
  func entry(at index: Int, of bytes: UnsafeRawBufferPointer) -> UInt64 {
    switch elementType {
    case .int8: UInt64(bitPattern: Int64(bytes.loadUnaligned(fromByteOffset: index, as: Int8.self)))
    case .int16: UInt64(bitPattern: Int64(bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self)))
    case .int32: UInt64(bitPattern: Int64(bytes.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self)))
    case .uint16, .float16, .bfloat16: UInt64(bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
    case .uint32: UInt64(bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
    case .int64, .uint64: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
    case .float6e2m3, .float6e3m2: spreadEntry(at: index, of: bytes)
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
    let capacity = isSpread ? bytes.count * 8 / 6 : bytes.count / entryByteCount
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

  private func spreadEntry(at index: Int, of bytes: UnsafeRawBufferPointer) -> UInt64 {
    let (byte, shift) = (6 * index / 8, 6 * index % 8)
    let next = shift > 2 ? UInt16(bytes[byte + 1]) << 8 : 0
    return UInt64((UInt16(bytes[byte]) | next) >> UInt16(shift) & 0x3F)
  }

  /// Entries that `bytes` hold for `count` elements.
  func entries(of bytes: UnsafeRawBufferPointer, count: Int) -> Range<Int> {
    0..<(isSpread ? min(count, bytes.count * 8 / 6) : bytes.count / entryByteCount)
  }

  /// Bytes that the entries take as packed varints.
  func encodedByteCount(of bytes: UnsafeRawBufferPointer, count: Int) -> Int {
    entries(of: bytes, count: count).reduce(0) { $0 + Self.varintByteCount(entry(at: $1, of: bytes)) }
  }

  /// Bytes of a varint.
  static func varintByteCount(_ value: UInt64) -> Int { (max(1, 64 - value.leadingZeroBitCount) + 6) / 7 }
}
