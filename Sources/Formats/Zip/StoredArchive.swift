import CNNTensors

/// A zip archive whose members lie in it as they are, in a file or in a member of another archive.
final class StoredArchive {
  private static let stored: UInt16 = 0

  private let bytes: Storage
  private let directory: ZipDirectory
  private let numbers: [String: Int]
  /// The names of the members in the directory's order.
  let names: [String]

  /// Reads the directory.
  /// - Throws: ``FormatError``.
  init(_ bytes: Storage) throws {
    self.bytes = bytes
    let directory = try bytes.withBytes { bytes throws(FormatError) in try ZipDirectory(bytes) }
    self.directory = directory
    names = try bytes.withBytes { bytes in
      try directory.entries.map { entry in
        guard let name = String(validating: bytes[entry.name], as: UTF8.self) else {
          throw FormatError.notUTF8(field: "the name of a member", at: entry.name.lowerBound)
        }
        return name
      }
    }
    var numbers: [String: Int] = [:]
    for (number, name) in names.enumerated() {
      guard numbers.updateValue(number, forKey: name) == nil else {
        throw FormatError.archive(member: name, reason: "it appears a second time")
      }
    }
    self.numbers = numbers
  }

  /// True if there is a member of this name.
  func has(_ name: String) -> Bool { numbers[name] != nil }

  /// The bytes of a member, where they lie; `nil` if there is no such member.
  /// - Throws: ``FormatError`` if it is packed or lies outside of the archive.
  func member(_ name: String) throws -> Storage? {
    guard let entry = numbers[name].map({ directory.entries[$0] }) else { return nil }
    guard entry.method == Self.stored, !entry.isEncrypted, entry.byteCount == entry.packedByteCount,
      let count = Int(exactly: entry.byteCount)
    else { throw FormatError.archive(member: name, reason: "it is packed, which PyTorch never does") }
    let offset = try bytes.withBytes { bytes throws(FormatError) in try directory.dataOffset(of: entry, in: bytes) }
    return try Storage(part: bytes, offset: offset, count: count)
  }

  /// The text of a short member; `nil` if there is no such member.
  func text(_ name: String, limit: Int = 1 << 10) throws -> String? {
    guard let storage = try member(name) else { return nil }
    guard storage.byteCount <= limit else {
      throw FormatError.archiveLimit(member: name, bytes: storage.byteCount, limit: limit)
    }
    return storage.withBytes { String(decoding: $0, as: UTF8.self) }
  }
}
