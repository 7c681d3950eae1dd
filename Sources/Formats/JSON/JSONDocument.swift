import CNNTensors

/// A JSON text (RFC 8259), taken apart once and read where it lies.
///
/// Each value is a small record that says where its text is; strings and numbers are read when they are asked for, so what
/// nobody asks for costs 16 bytes. `NaN`, `Infinity` and `-Infinity` count as numbers, as Python writes them.
package struct JSONDocument: Sendable {
  /// The most bytes of a text.
  static let byteLimit = 1 << 30
  /// The most objects and lists around a value.
  static let depthLimit = 512

  enum Kind: UInt8 {
    case object, list, string, escapedString, number, yes, no, null
  }

  /// A value. Its text goes from `start` up to `end`; `next` is the record behind all that lies inside.
  struct Record {
    var start: UInt32
    var end: UInt32
    var next: UInt32
    var kind: Kind
  }

  let bytes: Storage
  let records: [Record]
  /// What the records take.
  private let charge: MemoryCharge

  /// Takes a text apart.
  /// - Throws: ``JSONFault`` saying what is expected where; `TensorError` if the records pass the memory budget.
  package init(_ bytes: Storage) throws {
    guard bytes.byteCount <= Self.byteLimit else { throw JSONFault.tooLong(bytes.byteCount, limit: Self.byteLimit) }
    var scanner = try bytes.withBytes { bytes in
      var scanner = try JSONScanner(bytes)
      try scanner.scan()
      return scanner
    }
    self.bytes = bytes
    records = scanner.takeRecords()
    charge = scanner.charge
  }

  /// The outermost value.
  package var root: JSONValue { JSONValue(document: self, index: 0) }

  /// The bytes of a string as they stand, or any other value's text.
  func text(of index: Int) -> String {
    let record = records[index]
    return bytes.withBytes { bytes in
      String(decoding: bytes[Int(record.start)..<Int(record.end)], as: UTF8.self)
    }
  }

  /// True if the string at `index` has no escapes and these bytes.
  func matches(_ name: StaticString, at index: Int) -> Bool {
    let record = records[index]
    guard record.kind == .string, Int(record.end - record.start) == name.utf8CodeUnitCount else { return false }
    return bytes.withBytes { bytes in
      bytes[Int(record.start)..<Int(record.end)].elementsEqual(
        UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
  }
}

/// What can be wrong with a JSON text.
package enum JSONFault: FormatFault, Hashable {
  /// Something else is expected.
  case expected(String, at: Int)
  /// Objects and lists nested too deep.
  case tooDeep(limit: Int, at: Int)
  /// More bytes than can be read.
  case tooLong(Int, limit: Int)

  /// What is wrong and where.
  package var message: String {
    switch self {
    case .expected(let what, let offset): "JSON: \(what) expected at byte \(offset)"
    case .tooDeep(let limit, let offset): "JSON nested more than \(limit) deep at byte \(offset)"
    case .tooLong(let count, let limit): "JSON of \(count) bytes, at most \(limit) are allowed"
    }
  }

  /// False.
  package var isUnsupported: Bool { false }
  /// True for depth and length.
  package var isLimit: Bool { if case .expected = self { false } else { true } }
}
