/// How wide text is in the fonts that browsers have; a little more rather than less.
enum TextWidth {
  /// The width in a font of this size.
  static func of(_ text: String, size: Double, isBold: Bool = false) -> Double {
    let ems = text.unicodeScalars.reduce(0.0) { $0 + width($1) }
    return ems * size * (isBold ? 1.08 : 1)
  }

  /// The text with its middle left out so that it is no wider.
  static func shortened(_ text: String, to width: Double, size: Double, isBold: Bool = false) -> String {
    var limit = text.unicodeScalars.count
    var text = limit > 200 ? text.shortened(to: 200) : text
    let whole = text
    limit = min(limit, 200)
    while limit > 3, of(text, size: size, isBold: isBold) > width {
      limit -= 1
      text = whole.shortened(to: limit)
    }
    return text
  }

  private static func width(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "l", "j", "I", "'", "|", ".", ",", ":", ";", "!", " ": 0.32
    case "f", "r", "t", "(", ")", "[", "]", "/", "\\", "-", "\"": 0.41
    case "m", "M", "w", "W", "@", "%", "…": 0.96
    case "A"..."Z": 0.69
    case "×", "→", "=", "+", "<", ">": 0.82
    case "a"..."z", "0"..."9", "_": 0.61
    default: scalar.value < 0x2e80 ? 0.75 : 1.1
    }
  }
}
