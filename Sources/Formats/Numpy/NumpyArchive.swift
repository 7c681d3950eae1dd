import CNNTensors

/// A `.npz` file: a zip archive of `.npy` members, stored or deflated.
struct NumpyArchive {
  private let archive: ZipArchive

  init(path: String, fileByteCount: Int) throws(FormatError) {
    archive = try ZipArchive(path: path, fileByteCount: fileByteCount)
  }

  var members: [ZipArchive.Member] { archive.members }

  /// Unpacks a member, which must hold exactly what its header says.
  func read(_ member: ZipArchive.Member) throws -> Tensor {
    try archive.unpack(member) { stream in
      var start = [UInt8](repeating: 0, count: min(12, member.byteCount))
      try start.withUnsafeMutableBytes { try stream.fill($0) }
      let length = try start.withUnsafeBytes { try NumpyHeader.length($0) }
      guard length >= start.count, length <= member.byteCount else { throw FormatError.truncated(at: member.byteCount) }
      start += [UInt8](repeating: 0, count: length - start.count)
      try start.withUnsafeMutableBytes {
        try stream.fill(UnsafeMutableRawBufferPointer(rebasing: $0[min(12, length)...]))
      }
      let header = try start.withUnsafeBytes { try NumpyHeader($0) }
      let found = member.byteCount - header.dataOffset
      guard found == header.dataByteCount else {
        throw FormatError.numpy(.dataSize(expected: header.dataByteCount, found: found), at: header.dataOffset)
      }
      return try NumpyData(header: header).tensor(Storage(byteCount: header.dataByteCount) { try stream.fill($0) })
    }
  }
}
