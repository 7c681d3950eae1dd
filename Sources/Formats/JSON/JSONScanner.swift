import CNNTensors

/// Goes through a JSON text once and notes where its values lie.
struct JSONScanner {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var records: [JSONDocument.Record] = []
  /// Records that the budget has been asked for.
  private var room = 0
  private(set) var charge: MemoryCharge

  init(_ bytes: UnsafeRawBufferPointer) throws {
    self.bytes = bytes
    charge = try MemoryCharge(0)
  }

  mutating func takeRecords() -> [JSONDocument.Record] {
    defer { records = [] }
    return records
  }

  private func fault(_ expected: String) -> JSONFault { .expected(expected, at: position) }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0a, 0x0d: position += 1
      default: return
      }
    }
  }

  private func peek() -> UInt8 { position < bytes.count ? bytes[position] : 0 }

  private mutating func append(_ kind: JSONDocument.Kind, from start: Int, to end: Int) throws {
    if records.count == room {
      room = max(1024, room * 2)
      // The old array and the new one are there together while it grows.
      charge = try MemoryCharge(room * MemoryLayout<JSONDocument.Record>.stride * 3 / 2)
      records.reserveCapacity(room)
    }
    records.append(
      .init(start: UInt32(start), end: UInt32(end), next: UInt32(records.count + 1), kind: kind))
  }

  /// An open object or list.
  private struct Open {
    let record: Int
    let isObject: Bool
  }

  mutating func scan() throws {
    var open: [Open] = []
    value: while true {
      skipSpace()
      switch peek() {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        let isObject = peek() == UInt8(ascii: "{")
        guard open.count < JSONDocument.depthLimit else {
          throw JSONFault.tooDeep(limit: JSONDocument.depthLimit, at: position)
        }
        open.append(Open(record: records.count, isObject: isObject))
        try append(isObject ? .object : .list, from: position, to: position)
        position += 1
        skipSpace()
        if peek() != (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
          if isObject { try key() }
          continue value
        }
      default: try scalar()
      }
      // Behind a value: the next one, or the end of what it lies in.
      while true {
        skipSpace()
        guard let inner = open.last else {
          guard position == bytes.count else { throw fault("the end of the text") }
          return
        }
        if peek() == UInt8(ascii: ",") {
          position += 1
          if inner.isObject { try key() }
          continue value
        }
        guard peek() == (inner.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
          throw fault(inner.isObject ? "',' or '}'" : "',' or ']'")
        }
        position += 1
        records[inner.record].end = UInt32(position)
        records[inner.record].next = UInt32(records.count)
        open.removeLast()
      }
    }
  }

  private mutating func key() throws {
    skipSpace()
    guard peek() == UInt8(ascii: "\"") else { throw fault("a key") }
    try string()
    skipSpace()
    guard peek() == UInt8(ascii: ":") else { throw fault("':'") }
    position += 1
  }

  private mutating func scalar() throws {
    switch peek() {
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "t"): try word("true", .yes)
    case UInt8(ascii: "f"): try word("false", .no)
    case UInt8(ascii: "n"): try word("null", .null)
    case UInt8(ascii: "N"): try word("NaN", .number)
    case UInt8(ascii: "I"): try word("Infinity", .number)
    case UInt8(ascii: "-") where position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "I"):
      try word("-Infinity", .number)
    default: try number()
    }
  }

  private mutating func word(_ word: StaticString, _ kind: JSONDocument.Kind) throws {
    let count = word.utf8CodeUnitCount
    guard bytes.count - position >= count,
      bytes[position..<position + count].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: count))
    else { throw fault("a value") }
    try append(kind, from: position, to: position + count)
    position += count
  }

  private mutating func digits() throws {
    let start = position
    while UInt8(ascii: "0")...UInt8(ascii: "9") ~= peek() { position += 1 }
    guard position > start else { throw fault(start == bytes.count ? "a value" : "a digit") }
  }

  private mutating func number() throws {
    let start = position
    if peek() == UInt8(ascii: "-") { position += 1 }
    guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= peek() else { throw fault("a value") }
    if peek() == UInt8(ascii: "0") { position += 1 } else { try digits() }
    if peek() == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if peek() | 0x20 == UInt8(ascii: "e") {
      position += 1
      if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    try append(.number, from: start, to: position)
  }

  private mutating func string() throws {
    position += 1
    let start = position
    var isEscaped = false
    while true {
      guard position < bytes.count else { throw fault("a closing quote") }
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") { break }
      guard byte >= 0x20 else { throw fault("no control character in a string") }
      if byte == UInt8(ascii: "\\") {
        isEscaped = true
        position += 1
      }
      position += 1
    }
    try append(isEscaped ? .escapedString : .string, from: start, to: position)
    position += 1
  }
}
