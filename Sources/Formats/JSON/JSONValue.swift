import CNNTensors

/// A value of a ``JSONDocument``.
package struct JSONValue: Sendable {
  let document: JSONDocument
  let index: Int

  private var record: JSONDocument.Record { document.records[index] }

  /// Where the value stands in the text.
  package var position: Int { Int(record.start) }

  /// True for `null`.
  package var isNull: Bool { record.kind == .null }

  /// True for an object.
  package var isObject: Bool { record.kind == .object }

  /// True for a list.
  package var isList: Bool { record.kind == .list }

  /// The value of a key of an object, the first one of its name; `nil` if there is none.
  package subscript(name: StaticString) -> JSONValue? {
    guard record.kind == .object else { return nil }
    var key = index + 1
    while key < Int(record.next) {
      let value = key + 1
      if document.matches(name, at: key) { return JSONValue(document: document, index: value) }
      key = Int(document.records[value].next)
    }
    return nil
  }

  /// The elements of a list; `nil` for everything else.
  package var elements: [JSONValue]? {
    guard record.kind == .list else { return nil }
    var elements: [JSONValue] = []
    var place = index + 1
    while place < Int(record.next) {
      elements.append(JSONValue(document: document, index: place))
      place = Int(document.records[place].next)
    }
    return elements
  }

  /// The keys and values of an object in their order; `nil` for everything else.
  package var members: [(key: String, value: JSONValue)]? {
    guard record.kind == .object else { return nil }
    var members: [(key: String, value: JSONValue)] = []
    var key = index + 1
    while key < Int(record.next) {
      let value = JSONValue(document: document, index: key + 1)
      members.append((JSONValue(document: document, index: key).string ?? "", value))
      key = Int(value.record.next)
    }
    return members
  }

  /// The text of a string, its escapes resolved and broken UTF-8 repaired; `nil` for everything else.
  package var string: String? {
    switch record.kind {
    case .string: document.text(of: index)
    case .escapedString: Self.resolved(document.text(of: index))
    default: nil
    }
  }

  /// A flag.
  package var bool: Bool? {
    switch record.kind {
    case .yes: true
    case .no: false
    default: nil
    }
  }

  /// A whole number of 64 bits.
  package var int: Int? { record.kind == .number ? Int(document.text(of: index)) : nil }

  /// Any number; `NaN`, `Infinity` and `-Infinity` may stand in quotes.
  package var double: Double? {
    switch record.kind {
    case .number: return Self.double(document.text(of: index))
    case .string:
      let text = document.text(of: index)
      return ["NaN", "Infinity", "-Infinity"].contains(text) ? Self.double(text) : nil
    default: return nil
    }
  }

  private static func double(_ text: String) -> Double? {
    switch text {
    case "NaN": .nan
    case "Infinity": .infinity
    case "-Infinity": -.infinity
    default: Double(text)
    }
  }

  /// An escape that means nothing stays as it is.
  private static func resolved(_ text: String) -> String {
    var units: [UInt16] = []
    var rest = Substring(text).utf16
    while let unit = rest.popFirst() {
      guard unit == 0x5c, let letter = rest.popFirst() else {
        units.append(unit)
        continue
      }
      switch letter {
      case 0x62: units.append(8)
      case 0x66: units.append(12)
      case 0x6e: units.append(10)
      case 0x72: units.append(13)
      case 0x74: units.append(9)
      case 0x75:
        let digits = String(decoding: rest.prefix(4), as: UTF16.self)
        if digits.utf16.count == 4, let code = UInt16(digits, radix: 16) {
          units.append(code)
          rest = rest.dropFirst(4)
        } else {
          units += [unit, letter]
        }
      default: units.append(letter)
      }
    }
    return String(decoding: units, as: UTF16.self)
  }
}
