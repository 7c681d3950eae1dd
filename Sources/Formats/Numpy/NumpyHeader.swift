import CNNTensors

/// The header of a `.npy` file, format versions 1.0 to 3.0 (`numpy/lib/format.py` describes it).
struct NumpyHeader: Equatable {
  /// Real headers are shorter than this by far.
  static let lengthLimit = 1 << 16
  private static let rankLimit = 1024
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  let type: NumpyType
  let isFortranOrder: Bool
  let shape: [Int]
  /// Number of elements.
  let count: Int
  /// Where the data begins.
  let dataOffset: Int

  /// Bytes of the data.
  let dataByteCount: Int

  /// The length of magic number, version and header in a file that begins with `bytes`, at least twelve of them.
  static func length(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> Int {
    guard bytes.count >= 10, bytes.prefix(6).elementsEqual(magic) else { throw .numpy(.notNumpy, at: nil) }
    let (major, minor) = (Int(bytes[6]), Int(bytes[7]))
    let length: Int
    switch (major, minor) {
    case (1, 0):
      length = 10 + Int(bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self))
    case (2, 0), (3, 0):
      guard bytes.count >= 12 else { throw .truncated(at: bytes.count) }
      length = 12 + Int(bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
    default: throw .numpy(.version(major: major, minor: minor), at: 6)
    }
    guard length <= lengthLimit else { throw .numpy(.headerTooLong(length, limit: lengthLimit), at: 8) }
    return length
  }

  /// Reads the header of a file that begins with `bytes`.
  init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    dataOffset = try Self.length(bytes)
    guard dataOffset <= bytes.count else { throw .truncated(at: bytes.count) }
    var parser = Parser(bytes: bytes, position: bytes[6] == 1 ? 10 : 12, end: dataOffset)
    var descr: (text: String, offset: Int)?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try parser.expect("{")
    while !parser.take("}") {
      let key = try parser.string()
      try parser.expect(":")
      switch key {
      case "descr": descr = try parser.elementType()
      case "fortran_order": isFortranOrder = try parser.boolean()
      case "shape": shape = try parser.extents(limit: Self.rankLimit)
      default: throw parser.fault("'descr', 'fortran_order' or 'shape'")
      }
      if !parser.take(",") {
        try parser.expect("}")
        break
      }
    }
    guard let descr else { throw .numpy(.missingKey("descr"), at: nil) }
    guard let type = NumpyType(descr.text) else { throw .numpy(.elementType(descr.text), at: descr.offset) }
    guard let isFortranOrder else { throw .numpy(.missingKey("fortran_order"), at: nil) }
    guard let shape else { throw .numpy(.missingKey("shape"), at: nil) }
    do throws(TensorError) {
      (count, dataByteCount) = try Self.sizes(type, shape)
    } catch { throw .tensor(nil, error) }
    (self.type, self.isFortranOrder, self.shape) = (type, isFortranOrder, shape)
  }

  /// The header of data that stands by itself.
  init(type: NumpyType, isFortranOrder: Bool, shape: [Int]) throws(TensorError) {
    (count, dataByteCount) = try Self.sizes(type, shape)
    (self.type, self.isFortranOrder, self.shape, dataOffset) = (type, isFortranOrder, shape, 0)
  }

  private static func sizes(_ type: NumpyType, _ shape: [Int]) throws(TensorError) -> (count: Int, byteCount: Int) {
    let count = try Tensor.elementCount(of: shape, type.elementType)
    let (size, overflow) = count.multipliedReportingOverflow(by: type.width)
    guard !overflow else { throw .tooLarge(shape, type.elementType) }
    return (count, size)
  }

  /// A header for row-major data, padded so that the data begins at a multiple of 64 bytes.
  static func bytes(descr: String, shape: [Int]) -> [UInt8] {
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let text = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(extents)), }"
    func padded(_ prefix: Int) -> Int { (prefix + text.utf8.count + 1 + 63) & ~63 }
    let isShort = padded(10) - 10 <= UInt16.max
    let prefix = isShort ? 10 : 12
    let length = padded(prefix) - prefix
    var bytes = magic + [isShort ? 1 : 2, 0]
    for i in 0..<prefix - 8 { bytes.append(UInt8(truncatingIfNeeded: length >> (8 * i))) }
    bytes += Array(text.utf8)
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: padded(prefix) - bytes.count - 1)
    return bytes + [UInt8(ascii: "\n")]
  }

  /// Reads the few forms of Python literals that a header is made of; nothing is ever evaluated.
  private struct Parser {
    let bytes: UnsafeRawBufferPointer
    var position: Int
    let end: Int

    func fault(_ expected: String) -> FormatError { .numpy(.header(expected: expected), at: position) }

    private mutating func skipSpace() {
      while position < end, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      skipSpace()
      guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(FormatError) {
      guard take(character) else { throw fault("'\(character)'") }
    }

    mutating func string() throws(FormatError) -> String {
      skipSpace()
      guard position < end, bytes[position] == UInt8(ascii: "'") || bytes[position] == UInt8(ascii: "\"") else {
        throw fault("a string")
      }
      let quote = bytes[position]
      guard let close = bytes[position + 1..<end].firstIndex(of: quote) else { throw fault("a closing quote") }
      let text = bytes[position + 1..<close]
      guard text.allSatisfy({ 0x20..<0x7f ~= $0 && $0 != UInt8(ascii: "\\") }) else { throw fault("plain ASCII") }
      position = close + 1
      return String(decoding: text, as: UTF8.self)
    }

    /// A string; a list here describes a structure, which is no element type.
    mutating func elementType() throws(FormatError) -> (text: String, offset: Int) {
      skipSpace()
      if position < end, bytes[position] == UInt8(ascii: "[") {
        throw .numpy(.elementType("structured"), at: position)
      }
      let offset = position
      return (try string(), offset)
    }

    mutating func boolean() throws(FormatError) -> Bool {
      skipSpace()
      for (text, value) in [("True", true), ("False", false)]
      where bytes[position..<end].starts(with: text.utf8) {
        position += text.utf8.count
        return value
      }
      throw fault("True or False")
    }

    mutating func extents(limit: Int) throws(FormatError) -> [Int] {
      var extents: [Int] = []
      try expect("(")
      while !take(")") {
        guard extents.count < limit else { throw fault("at most \(limit) extents") }
        extents.append(try number())
        if !take(",") {
          try expect(")")
          break
        }
      }
      return extents
    }

    private mutating func number() throws(FormatError) -> Int {
      skipSpace()
      let digits = bytes[position..<end].prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
      guard let number = Int(String(decoding: digits, as: UTF8.self)) else { throw fault("an extent") }
      position = digits.endIndex
      // Python 2 wrote long integers with a suffix.
      if position < end, bytes[position] == UInt8(ascii: "L") { position += 1 }
      return number
    }
  }
}
