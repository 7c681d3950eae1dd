@testable import CNNFormats

extension FuzzTarget {
  /// The directory of a zip archive, by both readers, and every member unpacked.
  static let zip = FuzzTarget("zip", mutation: ZipMutation.archive) { input in
    let file = try input.file()
    let directory = try file.withBytes { bytes throws(FormatError) in try ZipDirectory(bytes) }
    let archive = try ZipArchive(path: file.path, fileByteCount: file.byteCount)
    for entry in directory.entries { _ = try? file.withBytes { try directory.dataOffset(of: entry, in: $0) } }
    for member in archive.members where member.byteCount <= 1 << 20 {
      var bytes = [UInt8](repeating: 0, count: member.byteCount)
      try archive.unpack(member) { stream in try bytes.withUnsafeMutableBytes { try stream.fill($0) } }
    }
  }
}
