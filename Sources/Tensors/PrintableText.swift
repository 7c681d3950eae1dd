// How names and other text of files and users are shown. Whatever is printed goes through here.

extension String {
  /// The text on one line, with nothing in it that a terminal obeys or hides: control and format characters, among them
  /// those that turn the direction of writing, line and paragraph separators, and characters without a width are spelled
  /// out, as in `\u{1b}`.
  package var printable: String {
    guard !utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }), unicodeScalars.contains(where: \.isHidden) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if scalar.isHidden { text += scalar.spelledOut } else { text.unicodeScalars.append(scalar) }
    }
    return text
  }

  /// The text with at most so many characters, counted as Unicode scalars. A longer one keeps its beginning and end around
  /// an ellipsis.
  package func shortened(to limit: Int) -> String {
    guard utf8.count > limit, unicodeScalars.count > limit else { return self }
    let head = unicodeScalars.prefix((limit - 1) / 2)
    let tail = unicodeScalars.suffix(limit - 1 - head.count)
    return String(head) + "…" + String(tail)
  }

  /// The text of a JSON document in which strings spell hidden characters out: outside of strings there are none.
  package var printableJSON: String {
    guard !utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f || $0 == 0x0a }) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if scalar != "\n", scalar.isHidden {
        for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
          text += "\\u" + String(UInt32(unit) + 0x1_0000, radix: 16).dropFirst()
        }
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// A name as a sentence holds it: printable, in quotes, and short.
  package var quoted: String { "'\(inSentence)'" }

  /// A name as a sentence holds it, without quotes.
  package var inSentence: String {
    // What is cut away need not be spelled out.
    shortened(to: Self.nameLimit).printable.shortened(to: Self.nameLimit)
  }

  /// The most characters that a sentence shows of a name.
  private static let nameLimit = 80
}

extension Collection<String> {
  /// The first names of a list as a sentence holds them, and how many more there are.
  package func quoted(atMost limit: Int = 6) -> String { map(\.quoted, atMost: limit) }

  /// The first words of a list, and how many more there are.
  package func listed(atMost limit: Int = 12) -> String { map(\.inSentence, atMost: limit) }

  private func map(_ words: (String) -> String, atMost limit: Int) -> String {
    let shown = prefix(limit).map(words).joined(separator: ", ")
    return count > limit ? "\(shown) and \(count - limit) more" : shown
  }
}

extension Unicode.Scalar {
  /// True if a terminal obeys the character, or shows nothing in its place.
  package var isHidden: Bool {
    if value < 0x7f { return value < 0x20 }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return properties.isDefaultIgnorableCodePoint
    }
  }

  /// The character as a literal spells it.
  fileprivate var spelledOut: String {
    switch self {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{\(String(value, radix: 16))}"
    }
  }
}
