import CNNTensors

/// Writes `.npz` archives as `numpy.savez` does: a stored `.npy` member for each tensor. Payloads that lie in a file are
/// copied from there; the output appears whole or not at all.
package enum NumpyArchiveWriter {
  /// Writes tensors by key, of a key that comes again the last, each bit for bit.
  /// - Throws: ``FormatError/unwritable(tensor:_:format:)`` for a type that NumPy lacks, ``FileError``.
  package static func write(_ entries: [StateDictionary.Entry], to path: String) throws {
    var parts: [(name: String, header: [UInt8], storage: Storage)] = []
    for entry in StateDictionary(entries).entries {
      let tensor = entry.tensor
      guard let storage = tensor.storage, let descr = NumpyType.descr(tensor.elementType, width: 0) else {
        throw FormatError.unwritable(tensor: entry.key, tensor.elementType, format: "npz")
      }
      guard !entry.key.utf8.contains(0) else {
        throw FormatError.archive(member: entry.key, reason: "its name has a zero byte")
      }
      parts.append(("\(entry.key).npy", NumpyHeader.bytes(descr: descr, shape: tensor.shape), storage))
    }
    let file = try AtomicFile(path: path)
    var archive = ZipWriter(file)
    for part in parts { try archive.add(part.name, head: part.header, part.storage) }
    try archive.finish()
    try AtomicFile.publish(file)
  }
}
