import CNNTensors

/// Reads `.npz` archives as files of weights. The data of a stored member becomes a view of the file, nothing being read;
/// a deflated one is unpacked within the memory budget.
package enum NumpyArchiveReader {
  private static let headerByteCount = 30
  private static let signature: [UInt8] = [0x50, 0x4B, 3, 4]

  /// Tells by the first member's name whether a file is one.
  package static func recognize(_ input: ModelFile) -> Recognition {
    guard let file = input.file else { return .none }
    return file.withBytes { bytes in
      guard bytes.count > headerByteCount, bytes.starts(with: signature) else { return .none }
      let name = bytes[headerByteCount...].prefix(Int(bytes.loadUnaligned(fromByteOffset: 26, as: UInt16.self)))
      return name.suffix(4).elementsEqual(Array(".npy".utf8)) ? .certain : .none
    }
  }

  /// The tensors in the archive's order, their names without `.npy`.
  /// - Throws: ``FormatError``.
  package static func read(_ file: MappedFile) throws -> Checkpoint {
    let directory = try file.withBytes { bytes throws(FormatError) in try ZipDirectory(bytes) }
    let archive = try NumpyArchive(path: file.path, fileByteCount: file.byteCount)
    guard directory.entries.count == archive.members.count,
      zip(archive.members, directory.entries).allSatisfy({ member, entry in
        member.packedByteCount == entry.packedByteCount && UInt64(member.byteCount) == entry.byteCount
          && (!member.isStored || member.packedByteCount == UInt64(member.byteCount))
      })
    else { throw FormatError.archive(member: nil, reason: "its directory can be read in two ways") }
    var entries: [StateDictionary.Entry] = []
    var names: Set<String> = []
    for (member, entry) in zip(archive.members, directory.entries) where !member.name.hasSuffix("/") {
      // libzip takes a name with control characters for code page 437.
      let written = file.withBytes { String(validating: $0[entry.name], as: UTF8.self) }
      let name = written ?? member.name
      guard names.insert(name).inserted else {
        throw FormatError.archive(member: name, reason: "it appears a second time")
      }
      let key = name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
      do {
        let tensor =
          member.isStored && !entry.isEncrypted
          ? try stored(member, entry, directory, file) : try archive.read(member)
        entries.append(StateDictionary.Entry(key: key, tensor: tensor))
      } catch let error as TensorError { throw FormatError.tensor(key, error) }
    }
    guard !entries.isEmpty else { throw FormatError.checkpoint(.noTensors("an archive without arrays")) }
    return Checkpoint(
      container: .numpyArchive, candidates: [Checkpoint.Candidate(path: [], dictionary: StateDictionary(entries))])
  }

  private static func stored(
    _ member: ZipArchive.Member, _ entry: ZipDirectory.Entry, _ directory: ZipDirectory, _ file: MappedFile
  ) throws -> Tensor {
    let offset = try file.withBytes { bytes throws(FormatError) in try directory.dataOffset(of: entry, in: bytes) }
    let whole = try Storage(file: file, offset: offset, count: member.byteCount)
    let header = try whole.withBytes { try NumpyHeader($0) }
    guard member.byteCount - header.dataOffset == header.dataByteCount else {
      throw FormatError.numpy(
        .dataSize(expected: header.dataByteCount, found: member.byteCount - header.dataOffset), at: header.dataOffset)
    }
    let data = try Storage(part: whole, offset: header.dataOffset, count: header.dataByteCount)
    return try NumpyData(header: header).tensor(data)
  }
}

extension Checkpoint.Container {
  /// A NumPy archive.
  package static let numpyArchive = Self("numpyArchive", "NumPy archive (numpy.savez)")
}
