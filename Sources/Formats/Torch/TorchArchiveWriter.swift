import CNNTensors

/// Writes the zip archive of `torch.save`: an ordered dictionary of tensors, which `torch.load` takes with
/// `weights_only=True`. Payloads that lie in a file are copied from there, not through memory; the output appears whole or
/// not at all, and may replace the file that the tensors were read from. The same tensors make the same bytes.
package enum TorchArchiveWriter {
  private static let folder = "archive"
  private static let format = "PyTorch"

  /// Writes tensors by key; those that share their bytes share a storage.
  /// - Parameter stateVersion: the version of the outermost module, in the metadata that `state_dict()` gives.
  /// - Throws: ``FormatError/unwritable(tensor:_:format:)``, ``FileError``.
  package static func write(_ entries: [StateDictionary.Entry], stateVersion: Int? = nil, to path: String) throws {
    for entry in entries {
      guard TorchType.name(of: entry.tensor.elementType) != nil else {
        throw FormatError.unwritable(tensor: entry.key, entry.tensor.elementType, format: format)
      }
    }
    let shared = SharedStorages(entries.map(\.tensor))
    let file = try AtomicFile(path: path)
    var zip = ZipWriter(file)
    try zip.add("\(folder)/data.pkl", pickle(entries, shared, stateVersion))
    try zip.add("\(folder)/.format_version", "1")
    try zip.add("\(folder)/.storage_alignment", "64")
    try zip.add("\(folder)/byteorder", "little")
    for (number, storage) in shared.storages.enumerated() { try zip.add("\(folder)/data/\(number)", storage) }
    try zip.add("\(folder)/version", "3\n")
    try zip.add("\(folder)/.data/serialization_id", identifier(zip.checksums))
    try zip.finish()
    try AtomicFile.publish(file)
  }

  /// Forty digits that differ if the contents differ.
  private static func identifier(_ checksums: [UInt32]) -> String {
    var hashes: [UInt64] = [0xcbf2_9ce4_8422_2325, 0x8422_2325_cbf2_9ce4]
    for checksum in checksums {
      for index in hashes.indices { hashes[index] = (hashes[index] ^ UInt64(checksum)) &* 0x100_0000_01b3 }
    }
    return hashes.map { hash in
      let digits = String(hash)
      return String(repeating: "0", count: 20 - digits.count) + digits
    }.joined()
  }

  private static func pickle(_ entries: [StateDictionary.Entry], _ shared: SharedStorages, _ stateVersion: Int?)
    -> [UInt8]
  {
    var pickle = PickleEncoder()
    func emptyDictionary(_ pickle: inout PickleEncoder) {
      pickle.append(global: "OrderedDict", of: "collections")
      pickle.append(.emptyTuple, .reduce)
    }
    emptyDictionary(&pickle)
    pickle.append(.mark)
    for (entry, place) in zip(entries, shared.places) {
      let type = entry.tensor.elementType
      let storage = shared.storages[place.storage]
      pickle.append(entry.key)
      // Types that never had a class of storages come as bytes and a type.
      let storageClass = TorchType.storageClass(of: type)
      pickle.append(global: storageClass == nil ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2", of: "torch._utils")
      pickle.append(.mark, .mark)
      pickle.appendShared("storage")
      if let storageClass {
        pickle.append(global: storageClass, of: "torch")
      } else {
        pickle.append(global: "UntypedStorage", of: "torch.storage")
      }
      pickle.append("\(place.storage)")
      pickle.appendShared("cpu")
      pickle.append(storage.byteCount / (storageClass == nil ? 1 : max(type.bitWidth / 8, 1)))
      pickle.append(.tuple, .persistent)
      pickle.append(place.offset)
      pickle.append(tuple: entry.tensor.shape)
      pickle.append(tuple: strides(entry.tensor.shape))
      pickle.append(.newFalse)
      emptyDictionary(&pickle)
      if storageClass == nil, let name = TorchType.name(of: type) { pickle.append(global: name, of: "torch") }
      pickle.append(.tuple, .reduce)
    }
    pickle.append(.setItems)
    if let stateVersion {
      // The attribute `_metadata`: an ordered dictionary of what each module, by its path, says of itself.
      pickle.append(.emptyDictionary)
      pickle.append("_metadata")
      emptyDictionary(&pickle)
      pickle.append("")
      pickle.append(.emptyDictionary)
      pickle.append("version")
      pickle.append(stateVersion)
      pickle.append(.setItem, .setItem, .setItem, .build)
    }
    pickle.append(.stop)
    return pickle.bytes
  }

  private static func strides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      // As PyTorch, which counts an empty extent as one; no product overflows if none is empty.
      strides[axis] = strides[axis + 1].multipliedReportingOverflow(by: max(shape[axis + 1], 1)).partialValue
    }
    return strides
  }
}
