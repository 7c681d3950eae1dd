import CNNFormats
import CNNTensors

/// A picture that is drawn on.
struct PictureCanvas {
  /// Red, green and blue, from 0 to 255.
  typealias Colour = (red: UInt8, green: UInt8, blue: UInt8)

  let width, height: Int
  private var pixels: [UInt8]

  init(_ image: RGBImage) throws {
    (width, height) = (image.width, image.height)
    pixels = try MemoryBudget.current.charging(image.pixels.byteCount, of: UInt8.self) {
      image.pixels.withBytes { Array($0) }
    }
  }

  /// What was drawn.
  func image() throws -> RGBImage {
    try RGBImage(Tensor(.uint8, shape: [height, width, 3]) { $0.copyBytes(from: pixels) })
  }

  /// A colour for a class, far from those of its neighbours.
  static func colour(of index: Int) -> Colour {
    // The golden ratio divides the circle of hues most evenly.
    let hue = (Double(index) * 0.6180339887498949 + 0.02).truncatingRemainder(dividingBy: 1) * 6
    func part(_ shift: Double) -> UInt8 {
      let place = (hue + shift).truncatingRemainder(dividingBy: 6)
      return UInt8(55 + 200 * min(max(min(place, 4 - place), 0), 1))
    }
    return (part(2), part(0), part(4))
  }

  /// Fills a rectangle, as far as it lies in the picture.
  mutating func fill(_ columns: Range<Int>, _ rows: Range<Int>, _ colour: Colour) {
    let columns = columns.clamped(to: 0..<width)
    for y in rows.clamped(to: 0..<height) { for x in columns { set(x, y, colour) } }
  }

  /// The border of a rectangle, inside it.
  mutating func frame(_ columns: Range<Int>, _ rows: Range<Int>, thickness: Int, _ colour: Colour) {
    let thick = min(thickness, max(1, min(columns.count, rows.count) / 2))
    fill(columns, rows.lowerBound..<rows.lowerBound + thick, colour)
    fill(columns, max(rows.lowerBound, rows.upperBound - thick)..<rows.upperBound, colour)
    fill(columns.lowerBound..<columns.lowerBound + thick, rows, colour)
    fill(max(columns.lowerBound, columns.upperBound - thick)..<columns.upperBound, rows, colour)
  }

  /// Writes a line of text on a ground of its own.
  /// - Parameters:
  ///   - left: where it begins; it is moved to the left if it does not fit.
  ///   - size: pixels for one of a letter's dots.
  mutating func write(_ text: String, left: Int, top: Int, size: Int, _ ground: Colour) {
    let letters = text.map(SmallLetters.rows)
    let step = (SmallLetters.width + 1) * size
    let (wide, high) = (letters.count * step + size, (SmallLetters.height + 2) * size)
    let left = max(0, min(left, width - wide))
    let top = max(0, min(top, height - high))
    fill(left..<left + wide, top..<top + high, ground)
    let isBright = Int(ground.red) * 3 + Int(ground.green) * 6 + Int(ground.blue) > 1300
    let ink: Colour = isBright ? (0, 0, 0) : (255, 255, 255)
    for (place, rows) in letters.enumerated() {
      for (y, row) in rows.enumerated() {
        for x in 0..<SmallLetters.width where row >> (SmallLetters.width - 1 - x) & 1 == 1 {
          let (column, line) = (left + size + place * step + x * size, top + (y + 1) * size)
          fill(column..<column + size, line..<line + size, ink)
        }
      }
    }
  }

  /// Mixes half of a colour into a pixel.
  mutating func tint(_ x: Int, _ y: Int, _ colour: Colour) {
    let place = (y * width + x) * 3
    for (offset, part) in [colour.red, colour.green, colour.blue].enumerated() {
      pixels[place + offset] = UInt8((Int(pixels[place + offset]) + Int(part)) / 2)
    }
  }

  private mutating func set(_ x: Int, _ y: Int, _ colour: Colour) {
    let place = (y * width + x) * 3
    (pixels[place], pixels[place + 1], pixels[place + 2]) = colour
  }
}
