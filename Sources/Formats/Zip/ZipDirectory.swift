/// Where the members of a zip archive begin, read from the directory at its end (PKWARE APPNOTE 6.3.10, 4.3.7-4.3.16).
///
/// libzip unpacks members but does not tell where they lie; those stored as they are can then be used in place.
struct ZipDirectory {
  /// A directory entry.
  struct Entry {
    let name: Range<Int>
    let method: UInt16
    let isEncrypted: Bool
    let packedByteCount: UInt64
    let byteCount: UInt64
    let headerOffset: UInt64
  }

  private static let endSignature: UInt32 = 0x0605_4b50
  private static let locatorSignature: UInt32 = 0x0706_4b50
  private static let end64Signature: UInt32 = 0x0606_4b50
  private static let entrySignature: UInt32 = 0x0201_4b50
  private static let headerSignature: UInt32 = 0x0403_4b50
  private static let endByteCount = 22
  private static let locatorByteCount = 20
  private static let end64ByteCount = 56
  private static let entryByteCount = 46
  private static let headerByteCount = 30

  /// All entries in the directory's order.
  let entries: [Entry]
  /// Where the directory begins, and the members end.
  let start: Int

  /// True if the bytes end as a zip archive does.
  static func isComplete(_ bytes: UnsafeRawBufferPointer) -> Bool { end(of: bytes) != nil }

  /// Reads the directory of an archive of these bytes.
  init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    guard let end = Self.end(of: bytes) else { throw .cutShort(.zipDirectory) }
    var count = UInt64(bytes.number(UInt16.self, at: end + 10))
    var size = UInt64(bytes.number(UInt32.self, at: end + 12))
    var offset = UInt64(bytes.number(UInt32.self, at: end + 16))
    let locator = end - Self.locatorByteCount
    if locator >= 0, bytes.number(UInt32.self, at: locator) == Self.locatorSignature {
      let place = bytes.number(UInt64.self, at: locator + 8)
      guard place <= UInt64(locator), locator - Int(place) >= Self.end64ByteCount,
        bytes.number(UInt32.self, at: Int(place)) == Self.end64Signature
      else { throw Self.broken("the end of the directory is not where it should be") }
      count = bytes.number(UInt64.self, at: Int(place) + 32)
      size = bytes.number(UInt64.self, at: Int(place) + 40)
      offset = bytes.number(UInt64.self, at: Int(place) + 48)
    }
    guard offset <= UInt64(end), size <= UInt64(end) - offset, count <= size / UInt64(Self.entryByteCount) else {
      throw Self.broken("the directory lies outside the file")
    }
    start = Int(offset)
    var entries: [Entry] = []
    entries.reserveCapacity(Int(count))
    var position = Int(offset)
    let limit = Int(offset + size)
    for _ in 0..<count { entries.append(try Self.entry(bytes, &position, limit)) }
    self.entries = entries
  }

  /// Where the data of a member of an archive of `bytes` begins, after a check of what stands before it.
  func dataOffset(of entry: Entry, in bytes: UnsafeRawBufferPointer) throws(FormatError) -> Int {
    let name = String(decoding: bytes[entry.name], as: UTF8.self)
    guard entry.headerOffset <= UInt64(start), start - Int(entry.headerOffset) >= Self.headerByteCount else {
      throw .archive(member: name, reason: "it lies outside the file")
    }
    let header = Int(entry.headerOffset)
    guard bytes.number(UInt32.self, at: header) == Self.headerSignature else {
      throw .archive(member: name, reason: "no header at byte \(header)")
    }
    let nameByteCount = Int(bytes.number(UInt16.self, at: header + 26))
    let extraByteCount = Int(bytes.number(UInt16.self, at: header + 28))
    let nameStart = header + Self.headerByteCount
    let data = nameStart + nameByteCount + extraByteCount
    guard data <= start, entry.packedByteCount <= UInt64(start - data) else {
      throw .archive(member: name, reason: "it reaches beyond the file")
    }
    guard nameByteCount == entry.name.count,
      bytes[nameStart..<nameStart + nameByteCount].elementsEqual(bytes[entry.name])
    else { throw .archive(member: name, reason: "the header at byte \(header) names another member") }
    return data
  }

  private static func broken(_ reason: String) -> FormatError { .archive(member: nil, reason: reason) }

  /// The last record that may end an archive: a comment of up to 64 KiB may follow it.
  private static func end(of bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= endByteCount else { return nil }
    let last = bytes.count - endByteCount
    for position in stride(from: last, through: max(0, last - Int(UInt16.max)), by: -1)
    where bytes[position] == 0x50 && bytes.number(UInt32.self, at: position) == endSignature {
      if position + endByteCount + Int(bytes.number(UInt16.self, at: position + 20)) <= bytes.count { return position }
    }
    return nil
  }

  private static func entry(
    _ bytes: UnsafeRawBufferPointer, _ position: inout Int, _ limit: Int
  ) throws(FormatError) -> Entry {
    let start = position
    guard limit - start >= entryByteCount, bytes.number(UInt32.self, at: start) == entrySignature else {
      throw broken("no directory entry at byte \(start)")
    }
    let nameByteCount = Int(bytes.number(UInt16.self, at: start + 28))
    let extraByteCount = Int(bytes.number(UInt16.self, at: start + 30))
    let commentByteCount = Int(bytes.number(UInt16.self, at: start + 32))
    let name = start + entryByteCount..<start + entryByteCount + nameByteCount
    let extra = name.upperBound..<name.upperBound + extraByteCount
    position = extra.upperBound + commentByteCount
    guard position <= limit else { throw broken("the directory entry at byte \(start) is too long") }
    var byteCount = UInt64(bytes.number(UInt32.self, at: start + 24))
    var packedByteCount = UInt64(bytes.number(UInt32.self, at: start + 20))
    var headerOffset = UInt64(bytes.number(UInt32.self, at: start + 42))
    // Numbers that do not fit stand in an extra field, in this order, each only if it is needed.
    if var wide = wideNumbers(bytes, extra) {
      func take(_ number: inout UInt64) throws(FormatError) {
        guard number == UInt64(UInt32.max) else { return }
        guard wide.count >= 8 else { throw broken("the directory entry at byte \(start) lacks its size") }
        number = bytes.number(UInt64.self, at: wide.lowerBound)
        wide = wide.lowerBound + 8..<wide.upperBound
      }
      try take(&byteCount)
      try take(&packedByteCount)
      try take(&headerOffset)
    }
    return Entry(
      name: name, method: bytes.number(UInt16.self, at: start + 10),
      isEncrypted: bytes.number(UInt16.self, at: start + 8) & 1 != 0, packedByteCount: packedByteCount,
      byteCount: byteCount, headerOffset: headerOffset)
  }

  private static func wideNumbers(_ bytes: UnsafeRawBufferPointer, _ extra: Range<Int>) -> Range<Int>? {
    var position = extra.lowerBound
    while extra.upperBound - position >= 4 {
      let data = position + 4
      let count = Int(bytes.number(UInt16.self, at: position + 2))
      guard extra.upperBound - data >= count else { return nil }
      if bytes.number(UInt16.self, at: position) == 1 { return data..<data + count }
      position = data + count
    }
    return nil
  }
}
