import CNNConv

/// The lines of a file of hexadecimal weights.
enum HexadecimalText {
  /// What every file begins with.
  static let mark = "hexadecimal weights\n"

  static func line(for entry: StateDictionary.Entry) throws -> String {
    guard entry.tensor.elementType == .float32 else { throw HexadecimalFault.elementType(entry.key) }
    let shape = entry.tensor.shape.map(String.init).joined(separator: ",")
    let bits = try entry.tensor.elements(as: Float.self).map { String($0.bitPattern, radix: 16) }
    return "\(entry.key) \(shape) \(bits.joined(separator: ","))\n"
  }

  static func entries(in file: MappedFile) throws -> [StateDictionary.Entry] {
    let text = file.withBytes { String(decoding: $0.dropFirst(mark.utf8.count), as: UTF8.self) }
    return try text.split(separator: "\n").enumerated().map { try entry(of: $1, number: $0 + 2) }
  }

  private static func entry(of line: Substring, number: Int) throws -> StateDictionary.Entry {
    let parts = line.split(separator: " ")
    guard parts.count == 3 else { throw HexadecimalFault.line(number) }
    let shape = parts[1].split(separator: ",").compactMap { Int($0) }
    let elements = parts[2].split(separator: ",").compactMap { UInt32($0, radix: 16).map(Float.init(bitPattern:)) }
    guard try Tensor.elementCount(of: shape) == elements.count else { throw HexadecimalFault.line(number) }
    return StateDictionary.Entry(key: String(parts[0]), tensor: try Tensor(elements, shape: shape))
  }
}
