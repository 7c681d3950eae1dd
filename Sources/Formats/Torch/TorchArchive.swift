import CNNTensors

/// The zip archive that `torch.save` and `torch.jit.save` write. Records that are stored as they are, which is the rule,
/// are views of the file; compressed ones are unpacked within the memory budget.
final class TorchArchive: TorchStorages {
  private static let stringRecordLimit = 1 << 10
  private static let freeBytes = 64 << 20
  private static let bytesPerByte = 32
  private static let codeLimit = 1 << 24
  private static let pickle = "data.pkl"

  let file: MappedFile
  private let archive: ZipArchive
  private let directory: ZipDirectory
  private let numbers: [String: Int]
  private var unpacked: [Int: Storage] = [:]
  /// Bytes that may still be unpacked: real weights do not become that much smaller.
  private var allowance: Int
  /// The folder that all records lie in, with a slash behind, or nothing.
  private let folder: String

  let isBigEndian: Bool
  var byteCount: Int { file.byteCount }
  /// True if the archive holds a program beside the weights.
  let isScript: Bool

  /// Opens an archive.
  /// - Throws: ``FormatError``, also if it is the archive of something else.
  init(_ file: MappedFile) throws {
    directory = try file.withBytes { bytes throws(FormatError) in try ZipDirectory(bytes) }
    archive = try ZipArchive(path: file.path, fileByteCount: file.byteCount)
    // Two readers of one directory must have seen the same.
    guard archive.members.count == directory.entries.count,
      zip(archive.members, directory.entries).allSatisfy({ member, entry in
        member.packedByteCount == entry.packedByteCount && UInt64(member.byteCount) == entry.byteCount
          && (!member.isStored || member.packedByteCount == UInt64(member.byteCount))
      })
    else { throw FormatError.archive(member: nil, reason: "its directory can be read in two ways") }
    self.file = file
    let (inProportion, overflow) = file.byteCount.multipliedReportingOverflow(by: Self.bytesPerByte)
    allowance = overflow ? .max : max(inProportion, Self.freeBytes)
    var numbers: [String: Int] = [:]
    for (number, member) in archive.members.enumerated() {
      guard numbers.updateValue(number, forKey: member.name) == nil else {
        throw FormatError.archive(member: member.name, reason: "it appears a second time")
      }
    }
    self.numbers = numbers
    guard let pickle = Self.pickleName(archive.members.map(\.name)) else {
      throw FormatError.notWeights(FileKind(zipMembers: archive.members.map(\.name)))
    }
    let folder = String(pickle.dropLast(Self.pickle.count))
    self.folder = folder
    isScript = numbers["\(folder)constants.pkl"] != nil
    var order = ""
    if let number = numbers["\(folder)byteorder"] {
      order = try Self.text(number, archive, limit: Self.stringRecordLimit)
    }
    isBigEndian = order == "big"
  }

  /// `data.pkl` in a folder at the top, or at the top itself.
  private static func pickleName(_ names: [String]) -> String? {
    names.first { $0 == pickle || $0.hasSuffix("/\(pickle)") && $0.utf8.count { $0 == UInt8(ascii: "/") } == 1 }
  }

  /// The name of the pickle in the archive.
  var pickleName: String { folder + Self.pickle }

  /// The pickle's bytes.
  func pickle() throws -> Storage {
    guard let number = numbers[pickleName] else {
      throw FormatError.archive(member: pickleName, reason: "it is missing")
    }
    return try record(number)
  }

  func storage(_ key: String) throws -> Storage? { try storage(key, in: "data") }

  /// The bytes of a storage that lies in another folder than the weights.
  func storage(_ key: String, in name: String) throws -> Storage? {
    try numbers["\(folder)\(name)/\(key)"].map { try record($0) }
  }

  /// What a pickle holds, such as `constants.pkl` for `constants`; `nil` if there is none.
  func tree(_ name: String) throws -> PickleTree? {
    guard let number = numbers["\(folder)\(name).pkl"] else { return nil }
    do { return try PickleMachine.read(record(number)) } catch FormatError.pickle(let fault, let position, _) {
      throw FormatError.pickle(fault, at: position, member: "\(folder)\(name).pkl")
    }
  }

  /// The unpacked size of a member; `nil` if there is none.
  func byteCount(of path: String) -> Int? { numbers["\(folder)\(path)"].map { archive.members[$0].byteCount } }

  /// The unpacked bytes of a member; `nil` if there is none. The caller has looked at their number.
  func bytes(of path: String) throws -> [UInt8]? {
    guard let number = numbers["\(folder)\(path)"] else { return nil }
    let member = archive.members[number]
    return try MemoryBudget.current.charging(member.byteCount, of: UInt8.self) {
      var bytes = [UInt8](repeating: 0, count: member.byteCount)
      try archive.unpack(member) { stream in try bytes.withUnsafeMutableBytes { try stream.fill($0) } }
      return bytes
    }
  }

  /// What the code says of the classes of a TorchScript archive.
  func code() throws -> TorchScriptCode {
    var code = TorchScriptCode()
    let start = "\(folder)code/"
    var rest = Self.codeLimit
    for (number, member) in archive.members.enumerated()
    where member.name.hasPrefix(start) && member.name.hasSuffix(".py") && member.byteCount <= rest {
      rest -= member.byteCount
      let module = member.name.dropFirst(start.count).dropLast(3).split(separator: "/").joined(separator: ".")
      code.add(module: module, text: try Self.text(number, archive, limit: Self.codeLimit))
    }
    return code
  }

  private func record(_ number: Int) throws -> Storage {
    let member = archive.members[number]
    let entry = directory.entries[number]
    if member.isStored, !entry.isEncrypted {
      let offset = try file.withBytes { bytes throws(FormatError) in try directory.dataOffset(of: entry, in: bytes) }
      return try Storage(file: file, offset: offset, count: member.byteCount)
    }
    if let known = unpacked[number] { return known }
    guard member.byteCount <= allowance else {
      throw FormatError.archiveLimit(member: member.name, bytes: member.byteCount, limit: allowance)
    }
    allowance -= member.byteCount
    let storage = try archive.unpack(member) { stream in
      try Storage(byteCount: member.byteCount) { try stream.fill($0) }
    }
    unpacked[number] = storage
    return storage
  }

  private static func text(_ number: Int, _ archive: ZipArchive, limit: Int) throws -> String {
    let member = archive.members[number]
    guard member.byteCount <= limit else {
      throw FormatError.archiveLimit(member: member.name, bytes: member.byteCount, limit: limit)
    }
    var bytes = [UInt8](repeating: 0, count: member.byteCount)
    try archive.unpack(member) { stream in try bytes.withUnsafeMutableBytes { try stream.fill($0) } }
    return String(decoding: bytes, as: UTF8.self)
  }
}
