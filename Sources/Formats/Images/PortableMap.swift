import CNNTensors

/// A picture of Netpbm: `P1` to `P6`, numbers as text or bytes.
struct PortableMap {
  private let bytes: UnsafeRawBufferPointer
  private let width: Int
  private let height: Int
  private let maximum: Int
  private let channels: Int
  private let isText: Bool
  private let isBilevel: Bool
  private let dataOffset: Int

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0d ~= byte }

  /// Reads the header.
  init(_ bytes: UnsafeRawBufferPointer) throws(ImageFault) {
    self.bytes = bytes
    var cursor = Cursor(bytes: bytes, position: 2)
    let kind = bytes[1] - UInt8(ascii: "0")
    isText = kind <= 3
    isBilevel = kind == 1 || kind == 4
    channels = kind == 3 || kind == 6 ? 3 : 1
    width = try cursor.number(upTo: 1 << 30, "the width")
    height = try cursor.number(upTo: 1 << 30, "the height")
    maximum = isBilevel ? 1 : try cursor.number(upTo: 65535, "the largest value")
    guard width > 0, height > 0 else { throw .empty(.portableMap) }
    guard maximum > 0 else { throw .damaged(.portableMap, "the largest value is 0") }
    // One space stands between the header and bytes.
    if cursor.position < bytes.count { cursor.position += 1 }
    dataOffset = cursor.position
  }

  /// Decodes the pixels.
  func image() throws -> RGBImage {
    let available = bytes.count - dataOffset
    // As text a number takes a digit at least; a bit needs no space behind it.
    let least =
      isBilevel && !isText ? (width + 7) / 8 * height : width * height * channels * (maximum > 255 && !isText ? 2 : 1)
    guard least <= available else { throw ImageFault.cutShort(.portableMap) }
    try WorkBudget.current.charge(width * height * channels, times: WorkBudget.Cost.step)
    let table = scale
    return try RGBImage(width: width, height: height) { pixels in
      if isText {
        try readText(pixels, table)
      } else if isBilevel {
        readBits(pixels)
      } else {
        readBytes(pixels, table)
      }
    }
  }

  /// What each number becomes. Grey of more than eight bits is widened to sixteen and then cut at 255, as Pillow does it.
  private var scale: [UInt8] {
    let goal = maximum > 255 && channels == 1 ? 65535 : 255
    return (0...(maximum > 255 ? 65535 : 255)).map { value in
      if maximum == goal { return UInt8(min(value, 255)) }
      let scaled = (Double(value) / Double(maximum) * Double(goal)).rounded(.toNearestOrEven)
      return UInt8(min(scaled, 255))
    }
  }

  private func readBits(_ pixels: UnsafeMutablePointer<UInt8>) {
    let row = (width + 7) / 8
    for y in 0..<height {
      for x in 0..<width {
        let isBlack = bytes[dataOffset + y * row + x / 8] >> UInt8(7 - x % 8) & 1 == 1
        pixels.advanced(by: (y * width + x) * 3).update(repeating: isBlack ? 0 : 255, count: 3)
      }
    }
  }

  private func readBytes(_ pixels: UnsafeMutablePointer<UInt8>, _ table: [UInt8]) {
    let isWide = maximum > 255
    for index in 0..<width * height * channels {
      let value =
        isWide
        ? Int(bytes[dataOffset + 2 * index]) << 8 | Int(bytes[dataOffset + 2 * index + 1])
        : Int(bytes[dataOffset + index])
      put(table[value], index, pixels)
    }
  }

  private func readText(_ pixels: UnsafeMutablePointer<UInt8>, _ table: [UInt8]) throws(ImageFault) {
    var cursor = Cursor(bytes: bytes, position: dataOffset)
    for index in 0..<width * height * channels {
      if isBilevel {
        put(try cursor.bit() ? 0 : 255, index, pixels)
      } else {
        put(table[try cursor.number(upTo: maximum, "a value")], index, pixels)
      }
    }
  }

  private func put(_ value: UInt8, _ index: Int, _ pixels: UnsafeMutablePointer<UInt8>) {
    if channels == 3 {
      pixels[index] = value
    } else {
      pixels.advanced(by: index * 3).update(repeating: value, count: 3)
    }
  }

  /// Walks over numbers, spaces and comments.
  private struct Cursor {
    let bytes: UnsafeRawBufferPointer
    var position: Int

    private mutating func skipSpace() {
      while position < bytes.count {
        if bytes[position] == UInt8(ascii: "#") {
          while position < bytes.count, bytes[position] != 0x0a, bytes[position] != 0x0d { position += 1 }
        } else if isSpace(bytes[position]) {
          position += 1
        } else {
          return
        }
      }
    }

    mutating func number(upTo limit: Int, _ what: String) throws(ImageFault) -> Int {
      skipSpace()
      guard position < bytes.count else { throw .cutShort(.portableMap) }
      var (value, digits) = (0, 0)
      while position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position], digits < 10 {
        value = value * 10 + Int(bytes[position] - UInt8(ascii: "0"))
        digits += 1
        position += 1
      }
      let ends = position == bytes.count || isSpace(bytes[position]) || bytes[position] == UInt8(ascii: "#")
      guard digits > 0, ends else { throw .damaged(.portableMap, "\(what) is no number at byte \(position)") }
      guard value <= limit else {
        throw .damaged(.portableMap, "\(what) is \(value), at most \(limit) can be, before byte \(position)")
      }
      return value
    }

    mutating func bit() throws(ImageFault) -> Bool {
      skipSpace()
      guard position < bytes.count else { throw .cutShort(.portableMap) }
      let digit = bytes[position]
      guard digit == UInt8(ascii: "0") || digit == UInt8(ascii: "1") else {
        throw .damaged(.portableMap, "neither 0 nor 1 at byte \(position)")
      }
      position += 1
      return digit == UInt8(ascii: "1")
    }
  }
}
