import CNNTensors

/// Where each initializer goes in the data file beside a model.
struct ExternalDataLayout {
  /// The data file's name as the model states it.
  let location: String
  /// Smaller payloads stay in the model.
  let threshold: Int
  /// The payloads in the order of their offsets.
  private(set) var parts: [(offset: Int, storage: Storage)] = []
  private var end = 0

  init(location: String, threshold: Int) { (self.location, self.threshold) = (location, max(threshold, 1)) }

  /// Finds a place for a payload: at a multiple of a cache line, or of a page if it is large.
  /// - Returns: the `external_data` entries.
  mutating func place(_ storage: Storage) -> [OnnxEntry] {
    let alignment = storage.byteCount >= 1 << 20 ? 4096 : 64
    let offset = (end + alignment - 1) & ~(alignment - 1)
    parts.append((offset, storage))
    end = offset + storage.byteCount
    return [
      OnnxEntry("location", location), OnnxEntry("offset", String(offset)),
      OnnxEntry("length", String(storage.byteCount)),
    ]
  }

  /// Writes the data file.
  func write(to file: AtomicFile) throws {
    for part in parts {
      try file.writeZeros(part.offset - file.byteCount)
      try file.write(part.storage)
    }
  }
}
