/// Reads the few forms of JSON (RFC 8259) that a safetensors header is made of: objects, strings, lists of whole numbers.
struct JSONCursor {
  let bytes: UnsafeRawBufferPointer
  private(set) var position: Int
  let end: Int

  init(bytes: UnsafeRawBufferPointer, position: Int, end: Int) {
    (self.bytes, self.position, self.end) = (bytes, position, end)
  }

  func fault(_ expected: String) -> FormatError { .safetensors(.header(expected: expected), at: position) }

  private mutating func skipSpace() {
    while position < end, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(FormatError) {
    guard take(character) else { throw fault("'\(character)'") }
  }

  /// Nothing but space may be left; the library pads with spaces.
  mutating func expectEnd() throws(FormatError) {
    skipSpace()
    guard position == end else { throw fault("the end of the header") }
  }

  /// An object; `body` reads the value of each key, told where the key stands.
  mutating func object(
    _ body: (inout JSONCursor, String, Int) throws(FormatError) -> Void
  ) throws(FormatError) {
    try expect("{")
    if take("}") { return }
    repeat {
      skipSpace()
      let place = position
      let key = try string()
      try expect(":")
      try body(&self, key, place)
    } while take(",")
    try expect("}")
  }

  /// A list of at most `limit` whole numbers that are zero or more.
  mutating func numbers(limit: Int) throws(FormatError) -> [Int] {
    var numbers: [Int] = []
    try expect("[")
    if take("]") { return numbers }
    repeat {
      guard numbers.count < limit else { throw fault("at most \(limit) numbers") }
      numbers.append(try number())
    } while take(",")
    try expect("]")
    return numbers
  }

  private mutating func number() throws(FormatError) -> Int {
    skipSpace()
    let digits = bytes[position..<end].prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    guard digits.count == 1 || digits.first != UInt8(ascii: "0"), digits.count < 20,
      let number = Int(String(decoding: digits, as: UTF8.self))
    else { throw fault("a whole number") }
    position = digits.endIndex
    return number
  }

  /// A string, its escapes resolved.
  mutating func string() throws(FormatError) -> String {
    try expect("\"")
    let start = position
    while position < end, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\"),
      bytes[position] >= 0x20
    {
      position += 1
    }
    guard position < end else { throw fault("a closing quote") }
    if bytes[position] == UInt8(ascii: "\"") {
      position += 1
      return try text(Array(bytes[start..<position - 1]), at: start)
    }
    return try escapedString(from: start)
  }

  private mutating func escapedString(from start: Int) throws(FormatError) -> String {
    var codes = Array(bytes[start..<position])
    while position < end {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try text(codes, at: start)
      case UInt8(ascii: "\\"): codes += try escape()
      case 0..<0x20: throw fault("no control character in a string")
      default: codes.append(byte)
      }
    }
    throw fault("a closing quote")
  }

  private mutating func escape() throws(FormatError) -> [UInt8] {
    let simple: [UInt8: UInt8] = [
      0x22: 0x22, 0x5c: 0x5c, 0x2f: 0x2f, 0x62: 8, 0x66: 12, 0x6e: 10, 0x72: 13, 0x74: 9,
    ]
    guard position < end else { throw fault("an escape") }
    let letter = bytes[position]
    position += 1
    if let code = simple[letter] { return [code] }
    guard letter == UInt8(ascii: "u") else { throw fault("an escape") }
    var code = try hexadecimal()
    if 0xd800..<0xdc00 ~= code {
      guard end - position >= 2, bytes[position] == 0x5c, bytes[position + 1] == UInt8(ascii: "u") else {
        throw fault("the second half of a surrogate pair")
      }
      position += 2
      let low = try hexadecimal()
      guard 0xdc00..<0xe000 ~= low else { throw fault("the second half of a surrogate pair") }
      code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw fault("a Unicode character") }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func hexadecimal() throws(FormatError) -> UInt32 {
    guard end - position >= 4 else { throw fault("four hexadecimal digits") }
    var code: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw fault("four hexadecimal digits") }
      code = code << 4 | UInt32(digit)
    }
    position += 4
    return code
  }

  private func text(_ codes: [UInt8], at place: Int) throws(FormatError) -> String {
    guard let text = String(validating: codes, as: UTF8.self) else { throw .notUTF8(field: "a string", at: place) }
    return text
  }
}
