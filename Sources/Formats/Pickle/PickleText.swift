/// The two spellings of texts in pickles of protocol 0.
enum PickleText {
  /// Latin-1 with `\uXXXX` and `\UXXXXXXXX` (Python's `raw-unicode-escape`).
  static func unicode(_ bytes: UnsafeRawBufferPointer.SubSequence) -> String? {
    var scalars = String.UnicodeScalarView()
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let byte = bytes[position]
      position += 1
      let width = position < bytes.endIndex && byte == 0x5c ? [0x75: 4, 0x55: 8][bytes[position]] : nil
      guard let width else {
        scalars.append(Unicode.Scalar(byte))
        continue
      }
      guard let code = hexadecimal(bytes, position + 1, width), let scalar = Unicode.Scalar(code) else { return nil }
      scalars.append(scalar)
      position += 1 + width
    }
    return String(scalars)
  }

  /// A Python string literal in quotes, its bytes being UTF-8 or escapes.
  static func quoted(_ bytes: UnsafeRawBufferPointer.SubSequence) -> String? {
    guard bytes.count >= 2, let quote = bytes.first, quote == bytes.last, quote == 0x22 || quote == 0x27 else {
      return nil
    }
    let simple: [UInt8: UInt8] = [
      0x5c: 0x5c, 0x27: 0x27, 0x22: 0x22, 0x6e: 0x0a, 0x72: 0x0d, 0x74: 0x09, 0x61: 7, 0x62: 8, 0x66: 12, 0x76: 11,
    ]
    var text: [UInt8] = []
    var position = bytes.startIndex + 1
    let end = bytes.endIndex - 1
    while position < end {
      let byte = bytes[position]
      position += 1
      guard byte == 0x5c, position < end else {
        text.append(byte)
        continue
      }
      let escape = bytes[position]
      position += 1
      if let plain = simple[escape] {
        text.append(plain)
      } else if escape == 0x78, let code = hexadecimal(bytes, position, 2) {
        text.append(UInt8(truncatingIfNeeded: code))
        position += 2
      } else {
        return nil
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func hexadecimal(_ bytes: UnsafeRawBufferPointer.SubSequence, _ start: Int, _ count: Int) -> UInt32? {
    guard bytes.endIndex - start >= count else { return nil }
    let digits = bytes[start..<start + count]
    guard digits.allSatisfy({ ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x66 || 0x30...0x39 ~= $0 }) else { return nil }
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
