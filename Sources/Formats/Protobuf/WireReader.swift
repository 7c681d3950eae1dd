/// How a protobuf field is stored.
enum WireType: UInt8 {
  case varint = 0
  case fixed64 = 1
  case lengthDelimited = 2
  case fixed32 = 5
}

/// Reads protobuf tags, numbers and lengths from a range of a buffer; every step is checked against the range's end.
struct WireReader {
  /// The whole buffer; positions count from its start.
  let bytes: UnsafeRawBufferPointer
  /// Where the next byte is read.
  private(set) var position: Int
  /// The end of the message being read.
  let end: Int

  /// Reads `range` of `bytes`, the whole of it by default.
  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>? = nil) {
    self.bytes = bytes
    position = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
  }

  var isAtEnd: Bool { position >= end }

  /// A number of one to ten bytes.
  mutating func varint() throws(FormatError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
      if shift >= 70 { throw .wire(.varintTooLong, at: start) }
    }
    throw overrun(at: start, length: UInt64(position - start) + 1)
  }

  /// A field's number and wire type.
  mutating func tag() throws(FormatError) -> (number: UInt32, type: WireType) {
    let start = position
    let tag = try varint()
    let number = tag >> 3
    guard number >= 1, number < 1 << 29 else { throw .wire(.fieldNumber(number), at: start) }
    guard let type = WireType(rawValue: UInt8(tag & 7)) else { throw .wire(.wireType(Int(tag & 7)), at: start) }
    return (UInt32(number), type)
  }

  /// A length and the range of that many bytes behind it, which is passed over.
  mutating func lengthDelimited() throws(FormatError) -> Range<Int> {
    let start = position
    let length = try varint()
    guard length <= UInt64(end - position) else { throw overrun(at: start, length: length) }
    let range = position..<position + Int(length)
    position = range.upperBound
    return range
  }

  /// Passes over a value of the given type; for one with a length, its prefix too.
  mutating func skip(_ type: WireType) throws(FormatError) {
    switch type {
    case .varint: _ = try varint()
    case .lengthDelimited: _ = try lengthDelimited()
    case .fixed32: try advance(4)
    case .fixed64: try advance(8)
    }
  }

  private mutating func advance(_ count: Int) throws(FormatError) {
    guard count <= end - position else { throw overrun(at: position, length: UInt64(count)) }
    position += count
  }

  /// The file itself is too short, or only the message in it.
  private func overrun(at start: Int, length: UInt64) -> FormatError {
    if end == bytes.count { return .truncated(at: start) }
    return .wire(.lengthBeyondMessage(length: length, available: end - position), at: start)
  }
}
