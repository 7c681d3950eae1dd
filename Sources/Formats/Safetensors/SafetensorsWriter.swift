import CNNTensors

/// Writes safetensors files, byte for byte as the library does: tensors sorted by type and name, the header padded so that
/// the data begins at a multiple of eight bytes. Payloads that lie in a file are copied from there, not through memory; the
/// output appears whole or not at all, and may replace the file that the tensors were read from.
package enum SafetensorsWriter {
  private static let alignment = 8

  /// Writes tensors by key, of a key that comes again the last; those that share their bytes are written each on its own.
  /// - Throws: ``FormatError/unwritable(tensor:_:format:)``, ``FormatError/safetensors(_:at:)`` if the header would pass
  ///   the library's limit, ``FileError``.
  package static func write(
    _ entries: [StateDictionary.Entry], metadata: [String: String] = [:], to path: String
  ) throws {
    var parts: [(key: String, type: String, rank: Int, shape: [Int], storage: Storage)] = []
    for entry in StateDictionary(entries).entries {
      guard let type = entry.tensor.elementType.safetensors, let storage = entry.tensor.storage else {
        throw FormatError.unwritable(tensor: entry.key, entry.tensor.elementType, format: "safetensors")
      }
      guard entry.key != SafetensorsHeader.metadataKey else {
        throw FormatError.safetensors(.repeatedKey(entry.key), at: nil)
      }
      parts.append((entry.key, type.name, type.rank, entry.tensor.shape, storage))
    }
    parts.sort { $0.rank != $1.rank ? $0.rank > $1.rank : $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }

    var header: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      header.append("\(quoted(SafetensorsHeader.metadataKey)):{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for part in parts {
      let (end, overflow) = offset.addingReportingOverflow(part.storage.byteCount)
      guard !overflow else { throw FormatError.tensor(part.key, .tooLarge(part.shape, .uint8)) }
      let shape = part.shape.map(String.init).joined(separator: ",")
      header.append(
        "\(quoted(part.key)):{\"dtype\":\"\(part.type)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(header.joined(separator: ","))}".utf8)
    text += [UInt8](repeating: UInt8(ascii: " "), count: (alignment - text.count % alignment) % alignment)
    guard text.count <= SafetensorsHeader.lengthLimit else {
      throw FormatError.safetensors(.headerTooLong(UInt64(text.count)), at: nil)
    }

    let file = try AtomicFile(path: path)
    var length = LittleEndian()
    length.append(UInt64(text.count))
    try (length.bytes + text).withUnsafeBytes { try file.write($0) }
    for part in parts { try file.write(part.storage) }
    try AtomicFile.publish(file)
  }

  /// A JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\u{c}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
