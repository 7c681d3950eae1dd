import CNNTensors
import CZip

/// A `.npz` file: a zip archive of `.npy` members, stored or deflated.
final class NumpyArchive {
  /// Deflate cannot make more than this many bytes out of one.
  private static let largestRatio: UInt64 = 1032
  private static let deflated: UInt16 = 8

  private let handle: OpaquePointer

  /// A member that passed the checks of its directory entry.
  struct Member {
    let index: UInt64
    let name: String
    /// Its size when unpacked, as declared.
    let byteCount: Int
    /// Its size in the archive.
    let packedByteCount: UInt64
  }

  init(path: String) throws(FormatError) {
    var code: Int32 = 0
    guard let handle = zip_open(path, ZIP_RDONLY, &code) else {
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw .archive(member: nil, reason: String(cString: zip_error_strerror(&error)))
    }
    self.handle = handle
  }

  deinit { zip_discard(handle) }

  private var memberCount: Int { Int(max(0, zip_get_num_entries(handle, 0))) }

  private func member(_ index: Int) throws(FormatError) -> Member {
    var status = zip_stat_t()
    guard zip_stat_index(handle, UInt64(index), 0, &status) == 0 else {
      throw .archive(member: nil, reason: String(cString: zip_strerror(handle)))
    }
    let needed = UInt64(ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD)
    guard status.valid & needed == needed, let name = status.name.flatMap({ String(validatingCString: $0) }) else {
      throw .archive(member: nil, reason: "a directory entry is incomplete")
    }
    guard status.comp_method == 0 || status.comp_method == Self.deflated else {
      throw .archive(member: name, reason: "compression method \(status.comp_method) is not supported")
    }
    let (largest, overflow) = status.comp_size.multipliedReportingOverflow(by: Self.largestRatio)
    guard let byteCount = Int(exactly: status.size), overflow || status.size <= largest + 64 else {
      throw .archive(member: name, reason: "\(status.comp_size) bytes cannot unpack to \(status.size)")
    }
    guard byteCount <= MemoryBudget.limit else {
      throw .archiveLimit(member: name, bytes: byteCount, limit: MemoryBudget.limit)
    }
    return Member(index: UInt64(index), name: name, byteCount: byteCount, packedByteCount: status.comp_size)
  }

  /// All members, which together take no more than the file has: a bomb makes them share their bytes.
  func members(fileByteCount: Int) throws(FormatError) -> [Member] {
    var members: [Member] = []
    var rest = UInt64(fileByteCount)
    for index in 0..<memberCount {
      let member = try member(index)
      guard member.packedByteCount <= rest else { throw .archive(member: member.name, reason: "members overlap") }
      rest -= member.packedByteCount
      members.append(member)
    }
    return members
  }

  /// Unpacks a member, which must hold exactly what its header says.
  func read(_ member: Member) throws -> Tensor {
    guard let stream = zip_fopen_index(handle, member.index, 0) else {
      throw FormatError.archive(member: member.name, reason: String(cString: zip_strerror(handle)))
    }
    defer { zip_fclose(stream) }
    func fill(_ target: UnsafeMutableRawBufferPointer) throws(FormatError) {
      var done = 0
      while done < target.count {
        let part = zip_fread(stream, target.baseAddress.map { $0 + done }, UInt64(target.count - done))
        guard part > 0 else {
          let reason = part < 0 ? String(cString: zip_error_strerror(zip_file_get_error(stream))) : "ends too early"
          throw .archive(member: member.name, reason: reason)
        }
        done += Int(part)
      }
    }
    var start = [UInt8](repeating: 0, count: min(12, member.byteCount))
    try start.withUnsafeMutableBytes { try fill($0) }
    let length = try start.withUnsafeBytes { try NumpyHeader.length($0) }
    guard length >= start.count, length <= member.byteCount else { throw FormatError.truncated(at: member.byteCount) }
    start += [UInt8](repeating: 0, count: length - start.count)
    try start.withUnsafeMutableBytes { try fill(UnsafeMutableRawBufferPointer(rebasing: $0[min(12, length)...])) }
    let header = try start.withUnsafeBytes { try NumpyHeader($0) }
    let found = member.byteCount - header.dataOffset
    guard found == header.dataByteCount else {
      throw FormatError.numpy(.dataSize(expected: header.dataByteCount, found: found), at: header.dataOffset)
    }
    let data = try Storage(byteCount: header.dataByteCount) { try fill($0) }
    // The checksum is compared when the end is reached.
    var rest: UInt8 = 0
    guard zip_fread(stream, &rest, 1) == 0 else {
      throw FormatError.archive(
        member: member.name, reason: String(cString: zip_error_strerror(zip_file_get_error(stream))))
    }
    return try NumpyData(header: header).tensor(data)
  }
}
