/// Writes pickles of protocol 2, as `torch.save` does by default.
struct PickleEncoder {
  private(set) var bytes: [UInt8] = [PickleOpcode.protocolVersion.rawValue, 2]
  private var remembered: [String: Int] = [:]

  /// An instruction without operands.
  mutating func append(_ opcode: PickleOpcode) { bytes.append(opcode.rawValue) }

  /// Several instructions without operands.
  mutating func append(_ opcodes: PickleOpcode...) { bytes += opcodes.map(\.rawValue) }

  /// A whole number.
  mutating func append(_ number: Int) {
    switch number {
    case 0...0xff: bytes += [PickleOpcode.binaryInteger1.rawValue, UInt8(number)]
    case 0...0xffff: append(.binaryInteger2, UInt16(number))
    case Int(Int32.min)...Int(Int32.max): append(.binaryInteger, Int32(number))
    default:
      bytes += [PickleOpcode.long1.rawValue, 8]
      appendLittleEndian(number)
    }
  }

  /// A text.
  mutating func append(_ text: String) {
    append(.binaryUnicode, UInt32(text.utf8.count))
    bytes += Array(text.utf8)
  }

  /// A text that occurs often: written out once and recalled afterwards.
  mutating func appendShared(_ text: String) { share("'\(text)'") { $0.append(text) } }

  /// A class or function; written out once and recalled afterwards.
  mutating func append(global name: String, of module: String) {
    share("\(module) \(name)") { encoder in
      encoder.append(.global)
      encoder.bytes += Array("\(module)\n\(name)\n".utf8)
    }
  }

  /// A tuple of whole numbers.
  mutating func append(tuple numbers: [Int]) {
    if numbers.count > 3 { append(.mark) }
    for number in numbers { append(number) }
    switch numbers.count {
    case 0: append(.emptyTuple)
    case 1: append(.tuple1)
    case 2: append(.tuple2)
    case 3: append(.tuple3)
    default: append(.tuple)
    }
  }

  private mutating func share(_ key: String, _ body: (inout PickleEncoder) -> Void) {
    if let number = remembered[key] {
      bytes += [PickleOpcode.binaryGet.rawValue, UInt8(number)]
      return
    }
    body(&self)
    // What is shared here is named by the program, never by a file: there are not that many.
    guard remembered.count < 256 else { return }
    bytes += [PickleOpcode.binaryPut.rawValue, UInt8(remembered.count)]
    remembered[key] = remembered.count
  }

  private mutating func append(_ opcode: PickleOpcode, _ number: some FixedWidthInteger) {
    append(opcode)
    appendLittleEndian(number)
  }

  private mutating func appendLittleEndian(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }
}
