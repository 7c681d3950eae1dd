import CNNTensors

/// Writes a zip archive of stored members whose data begin at multiples of 64 bytes (PKWARE APPNOTE 6.3.10). Sizes and
/// places beyond 4 GiB are written as Zip64 has them. The same members make the same bytes.
struct ZipWriter {
  private static let alignment = 64
  private static let version: UInt16 = 20
  private static let wideVersion: UInt16 = 45
  /// 1 January 1980, the first day there is.
  private static let date: UInt16 = 0x21
  /// The flag that says that a name is UTF-8.
  private static let unicodeNames: UInt16 = 1 << 11
  /// The field that PyTorch pads with.
  private static let paddingField: UInt16 = 0x4246
  private static let wideField: UInt16 = 1
  private static let narrow = UInt64(UInt32.max)

  private struct Member {
    let name: [UInt8]
    let checksum: UInt32
    let byteCount: Int
    let offset: Int
  }

  private let file: AtomicFile
  private var members: [Member] = []
  /// The checksums of the members so far.
  var checksums: [UInt32] { members.map(\.checksum) }

  init(_ file: AtomicFile) { self.file = file }

  /// Adds a small member.
  mutating func add(_ name: String, _ text: String) throws { try add(name, Array(text.utf8)) }

  /// Adds a small member.
  mutating func add(_ name: String, _ bytes: [UInt8]) throws {
    try add(name, bytes.withUnsafeBytes { try Storage(copying: $0) })
  }

  /// Adds a member; the bytes of a mapped file are read for the checksum and then copied from file to file.
  /// - Parameter head: bytes that stand before them.
  mutating func add(_ name: String, head: [UInt8] = [], _ storage: Storage) throws {
    let start = head.withUnsafeBytes { CRC32.checksum($0) }
    let member = Member(
      name: Array(name.utf8), checksum: storage.withBytes { CRC32.checksum($0, after: start) },
      byteCount: head.count + storage.byteCount, offset: file.byteCount)
    try write(header(member))
    try write(head)
    try file.write(storage)
    members.append(member)
  }

  /// Writes the directory.
  func finish() throws {
    let start = file.byteCount
    for member in members { try write(entry(member)) }
    try write(end(start: start, byteCount: file.byteCount - start))
  }

  private func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try file.write($0) } }

  // MARK: Records

  private func header(_ member: Member) -> [UInt8] {
    let isWide = UInt64(member.byteCount) >= Self.narrow
    var record = LittleEndian()
    record.append(0x0403_4b50 as UInt32)
    record.append(isWide ? Self.wideVersion : Self.version)
    common(member, size: isWide ? .max : UInt32(member.byteCount), &record)
    let wide = isWide ? self.wide([member.byteCount, member.byteCount]) : []
    let prefix = member.offset + record.bytes.count + 4 + member.name.count + wide.count + 4
    let padding = (Self.alignment - prefix % Self.alignment) % Self.alignment
    record.append(UInt16(member.name.count))
    record.append(UInt16(wide.count + 4 + padding))
    record.bytes += member.name + wide
    record.append(Self.paddingField)
    record.append(UInt16(padding))
    record.bytes += [UInt8](repeating: UInt8(ascii: "Z"), count: padding)
    return record.bytes
  }

  private func entry(_ member: Member) -> [UInt8] {
    let isWide = UInt64(member.byteCount) >= Self.narrow
    let isFar = UInt64(member.offset) >= Self.narrow
    let numbers = (isWide ? [member.byteCount, member.byteCount] : []) + (isFar ? [member.offset] : [])
    let wide = numbers.isEmpty ? [] : self.wide(numbers)
    var record = LittleEndian()
    record.append(0x0201_4b50 as UInt32)
    record.append(numbers.isEmpty ? Self.version : Self.wideVersion)
    record.append(numbers.isEmpty ? Self.version : Self.wideVersion)
    common(member, size: isWide ? .max : UInt32(member.byteCount), &record)
    record.append(UInt16(member.name.count))
    record.append(UInt16(wide.count))
    // No comment, first disk, no attributes.
    for _ in 0..<3 { record.append(0 as UInt16) }
    record.append(0 as UInt32)
    record.append(isFar ? UInt32.max : UInt32(member.offset))
    return record.bytes + member.name + wide
  }

  /// Flags, method, time, date, checksum and sizes.
  private func common(_ member: Member, size: UInt32, _ record: inout LittleEndian) {
    // Names beyond ASCII would be taken for code page 437. libzip refuses the flag if there are control characters.
    let saysUnicode = member.name.contains { $0 >= 0x80 } && member.name.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    for number in [saysUnicode ? Self.unicodeNames : 0, 0, 0, Self.date] { record.append(number) }
    record.append(member.checksum)
    record.append(size)
    record.append(size)
  }

  private func wide(_ numbers: [Int]) -> [UInt8] {
    var field = LittleEndian()
    field.append(Self.wideField)
    field.append(UInt16(8 * numbers.count))
    for number in numbers { field.append(UInt64(number)) }
    return field.bytes
  }

  private func end(start: Int, byteCount: Int) -> [UInt8] {
    let isWide = UInt64(start) >= Self.narrow || UInt64(byteCount) >= Self.narrow || members.count >= Int(UInt16.max)
    var record = LittleEndian()
    if isWide {
      record.append(0x0606_4b50 as UInt32)
      record.append(44 as UInt64)
      record.append(Self.wideVersion)
      record.append(Self.wideVersion)
      record.append(0 as UInt64)
      for number in [members.count, members.count, byteCount, start] { record.append(UInt64(number)) }
      record.append(0x0706_4b50 as UInt32)
      record.append(0 as UInt32)
      record.append(UInt64(start + byteCount))
      record.append(1 as UInt32)
    }
    record.append(0x0605_4b50 as UInt32)
    record.append(0 as UInt32)
    let count = isWide ? UInt16.max : UInt16(members.count)
    record.append(count)
    record.append(count)
    record.append(isWide ? UInt32.max : UInt32(byteCount))
    record.append(isWide ? UInt32.max : UInt32(start))
    record.append(0 as UInt16)
    return record.bytes
  }
}
