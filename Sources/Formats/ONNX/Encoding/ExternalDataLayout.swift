import CNNTensors

/// Where each initializer goes in the data file beside a model.
struct ExternalDataLayout {
  /// How many entries tell where a payload is.
  static let entryCount = 3

  /// What stands for the data file's name, which depends on all payloads.
  let location: String
  /// Smaller payloads stay in the model.
  let threshold: Int
  /// The payloads in the order of their offsets.
  private(set) var parts: [(offset: Int, storage: Storage)] = []
  private var end = 0

  init(location: String, threshold: Int) { (self.location, self.threshold) = (location, max(threshold, 1)) }

  /// Finds a place for a payload: at a multiple of a cache line, or of a page if it is large.
  /// - Returns: the `external_data` entries, the location first.
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

  /// A number that differs if the data file's bytes differ.
  func digest() throws -> UInt64 {
    var digest = ContentDigest()
    for part in parts {
      digest.update(UInt64(part.offset))
      try digest.update(part.storage)
    }
    return digest.value
  }

  /// Writes the data file.
  func write(to file: AtomicFile) throws {
    for part in parts {
      try file.writeZeros(part.offset - file.byteCount)
      try file.write(part.storage)
    }
  }
}
