import CNNTensors

/// The header of a safetensors file: eight bytes of length, then a JSON object of tensors and `__metadata__`.
///
/// Source: https://github.com/huggingface/safetensors, README, "Format".
struct SafetensorsHeader {
  /// The library's own limit.
  static let lengthLimit = FormatError.SafetensorsFault.headerLimit
  static let metadataKey = "__metadata__"

  /// One tensor's entry.
  struct Record {
    let key: String
    let elementType: ElementType
    let shape: [Int]
    /// The bytes of its data, counted from the end of the header.
    let range: Range<Int>
    /// Where the entry stands in the file.
    let position: Int
  }

  private(set) var records: [Record] = []
  private(set) var metadata: [String: String] = [:]
  /// Where the data begins.
  let dataOffset: Int

  /// True if a file begins like one: a plausible length and a brace.
  static func looksLike(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 9, bytes[8] == UInt8(ascii: "{") else { return false }
    return bytes.number(UInt64.self, at: 0) <= UInt64(UInt32.max)
  }

  /// Reads the header of a file of these bytes and checks every range against them.
  /// - Throws: ``FormatError/safetensors(_:at:)``, ``FormatError/cutShort(_:)``.
  init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    guard bytes.count >= 8 else { throw .cutShort(.header(expected: 8, found: bytes.count)) }
    let length = bytes.number(UInt64.self, at: 0)
    guard length <= UInt64(Self.lengthLimit) else { throw .safetensors(.headerTooLong(length), at: 0) }
    dataOffset = 8 + Int(length)
    guard dataOffset <= bytes.count else { throw .cutShort(.header(expected: dataOffset, found: bytes.count)) }
    var parser = JSONCursor(bytes: bytes, position: 8, end: dataOffset)
    var keys: Set<String> = []
    try parser.object { parser, key, position throws(FormatError) in
      guard keys.insert(key).inserted else { throw .safetensors(.repeatedKey(key), at: position) }
      if key == Self.metadataKey {
        try parser.object { parser, name, _ throws(FormatError) in self.metadata[name] = try parser.string() }
      } else {
        self.records.append(try Self.record(key, position, &parser))
      }
    }
    try parser.expectEnd()
    try check(available: bytes.count - dataOffset)
  }

  private static func record(
    _ key: String, _ position: Int, _ parser: inout JSONCursor
  ) throws(FormatError) -> Record {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try parser.object { parser, name, place throws(FormatError) in
      switch name {
      case "dtype": type = try parser.string()
      case "shape": shape = try parser.numbers(limit: 64)
      case "data_offsets": offsets = try parser.numbers(limit: 2)
      default: throw .safetensors(.header(expected: "'dtype', 'shape' or 'data_offsets'"), at: place)
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw .safetensors(.incomplete(key), at: position)
    }
    guard let elementType = ElementType(safetensorsName: type) else {
      throw .safetensors(.elementType(type, tensor: key), at: position)
    }
    guard offsets[0] <= offsets[1] else { throw .safetensors(.range(key), at: position) }
    return Record(
      key: key, elementType: elementType, shape: shape, range: offsets[0]..<offsets[1], position: position)
  }

  /// The ranges lie in the file, fit their tensors and do not overlap.
  private func check(available: Int) throws(FormatError) {
    for record in records {
      do throws(TensorError) {
        let count = try Tensor.elementCount(of: record.shape, record.elementType)
        guard let expected = record.elementType.byteCount(of: count) else {
          throw .tooLarge(record.shape, record.elementType)
        }
        guard expected == record.range.count else { throw .storageSize(expected: expected, found: record.range.count) }
      } catch { throw .tensor(record.key, error) }
    }
    var end = 0
    for record in records.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) where !record.range.isEmpty {
      guard record.range.lowerBound >= end else { throw .safetensors(.overlap(record.key), at: record.position) }
      end = record.range.upperBound
    }
    guard end <= available else { throw .cutShort(.data(expected: end, found: available)) }
  }
}
