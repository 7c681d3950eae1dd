import CNNTensors
import CZip

/// A zip archive opened through libzip, whose directory entries have passed checks.
final class ZipArchive {
  /// Deflate cannot make more than this many bytes out of one.
  private static let largestRatio: UInt64 = 1032
  private static let stored: UInt16 = 0
  private static let deflated: UInt16 = 8

  private let handle: OpaquePointer
  /// All members, which together take no more than the file has: a bomb makes them share their bytes.
  private(set) var members: [Member] = []

  /// A member that passed the checks of its directory entry.
  struct Member {
    let index: UInt64
    let name: String
    /// Its size when unpacked, as declared.
    let byteCount: Int
    /// Its size in the archive.
    let packedByteCount: UInt64
    /// True if it lies in the archive as it is.
    let isStored: Bool
  }

  /// Opens an archive of `fileByteCount` bytes.
  init(path: String, fileByteCount: Int) throws(FormatError) {
    var code: Int32 = 0
    guard let handle = zip_open(path, ZIP_RDONLY, &code) else {
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw .archive(member: nil, reason: String(cString: zip_error_strerror(&error)))
    }
    self.handle = handle
    var rest = UInt64(fileByteCount)
    for index in 0..<Int(max(0, zip_get_num_entries(handle, 0))) {
      let member = try member(index)
      guard member.packedByteCount <= rest else { throw .archive(member: member.name, reason: "members overlap") }
      rest -= member.packedByteCount
      members.append(member)
    }
  }

  deinit { zip_discard(handle) }

  private func member(_ index: Int) throws(FormatError) -> Member {
    var status = zip_stat_t()
    guard zip_stat_index(handle, UInt64(index), 0, &status) == 0 else {
      throw .archive(member: nil, reason: String(cString: zip_strerror(handle)))
    }
    let needed = UInt64(ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD)
    guard status.valid & needed == needed, let name = status.name.flatMap({ String(validatingCString: $0) }) else {
      throw .archive(member: nil, reason: "a directory entry is incomplete")
    }
    guard status.comp_method == Self.stored || status.comp_method == Self.deflated else {
      throw .archive(member: name, reason: "compression method \(status.comp_method) is not supported")
    }
    let (largest, overflow) = status.comp_size.multipliedReportingOverflow(by: Self.largestRatio)
    guard let byteCount = Int(exactly: status.size), overflow || status.size <= largest + 64 else {
      throw .archive(member: name, reason: "\(status.comp_size) bytes cannot unpack to \(status.size)")
    }
    return Member(
      index: UInt64(index), name: name, byteCount: byteCount, packedByteCount: status.comp_size,
      isStored: status.comp_method == Self.stored)
  }

  /// Unpacks a member: `body` takes its bytes one after the other, all of them; then the checksum is compared.
  func unpack<R>(_ member: Member, _ body: (ZipStream) throws -> R) throws -> R {
    guard member.byteCount <= MemoryBudget.current.limit else {
      throw FormatError.archiveLimit(member: member.name, bytes: member.byteCount, limit: MemoryBudget.current.limit)
    }
    guard let file = zip_fopen_index(handle, member.index, 0) else {
      throw FormatError.archive(member: member.name, reason: String(cString: zip_strerror(handle)))
    }
    defer { zip_fclose(file) }
    let stream = ZipStream(file: file, name: member.name)
    let result = try body(stream)
    try stream.finish()
    return result
  }
}

/// The bytes of one member as they are unpacked.
struct ZipStream {
  fileprivate let file: OpaquePointer
  fileprivate let name: String

  /// The next bytes of the member.
  func fill(_ target: UnsafeMutableRawBufferPointer) throws(FormatError) {
    var done = 0
    while done < target.count {
      let part = zip_fread(file, target.baseAddress.map { $0 + done }, UInt64(target.count - done))
      guard part > 0 else { throw fault(part < 0 ? nil : "ends too early") }
      done += Int(part)
    }
  }

  fileprivate func finish() throws(FormatError) {
    var rest: UInt8 = 0
    guard zip_fread(file, &rest, 1) == 0 else { throw fault(nil) }
  }

  private func fault(_ reason: String?) -> FormatError {
    .archive(member: name, reason: reason ?? String(cString: zip_error_strerror(zip_file_get_error(file))))
  }
}
