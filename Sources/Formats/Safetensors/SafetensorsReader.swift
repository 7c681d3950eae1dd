import CNNTensors

/// Reads safetensors files. Tensors become views of the file.
package enum SafetensorsReader {
  /// Tells by the first bytes whether a file is one: a plausible length and a brace.
  package static func recognize(_ input: ModelFile) -> Recognition {
    input.file?.withBytes(SafetensorsHeader.looksLike) ?? false ? .certain : .none
  }

  /// Reads the header and checks it against the file.
  /// - Throws: ``FormatError``.
  package static func read(_ file: MappedFile) throws -> Checkpoint {
    let header = try file.withBytes { bytes throws(FormatError) in try SafetensorsHeader(bytes) }
    var entries: [StateDictionary.Entry] = []
    entries.reserveCapacity(header.records.count)
    for record in header.records {
      do throws(TensorError) {
        let storage = try Storage(
          file: file, offset: header.dataOffset + record.range.lowerBound, count: record.range.count)
        let tensor = try Tensor(record.elementType, shape: record.shape, storage: storage)
        entries.append(StateDictionary.Entry(key: record.key, tensor: tensor))
      } catch { throw FormatError.tensor(record.key, error) }
    }
    guard !entries.isEmpty else { throw FormatError.checkpoint(.noTensors("no entry")) }
    return Checkpoint(
      container: .safetensors, candidates: [Checkpoint.Candidate(path: [], dictionary: StateDictionary(entries))],
      metadata: header.metadata)
  }
}

extension Checkpoint.Container {
  /// A safetensors file.
  package static let safetensors = Self("safetensors", "safetensors")
}
