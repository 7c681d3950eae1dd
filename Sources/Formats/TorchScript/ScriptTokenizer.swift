import CNNTensors

/// Takes TorchScript's source apart, one token at a time. Blocks are told by their indentation, as in Python.
struct ScriptTokenizer {
  private static let indentationLimit = 128
  private static let textLimit = 1 << 20

  private let bytes: [UInt8]
  private let module: String
  private var position = 0
  private var depth = 0
  private var indentations = [0]
  private var pendingDedents = 0
  private var isAtLineStart = true
  /// The line of the token that was read last, counted from 1.
  private(set) var line = 1

  init(_ bytes: [UInt8], module: String) { (self.bytes, self.module) = (bytes, module) }

  func fault(_ what: String) -> TorchScriptFault { .syntax(ScriptPlace(module: module, line: line), what) }

  mutating func next() throws(TorchScriptFault) -> ScriptToken {
    if pendingDedents > 0 {
      pendingDedents -= 1
      return .dedent
    }
    if isAtLineStart, depth == 0, let token = try indentation() { return token }
    skipSpaces()
    guard let byte = current else { return end() }
    switch byte {
    case 0x0a:
      position += 1
      line += 1
      isAtLineStart = true
      return .newline
    case 0x22, 0x27: return .string(try text(quote: byte))
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "-") where next(at: 1) == UInt8(ascii: ">"):
      position += 2
      return .symbol(.arrow)
    case UInt8(ascii: "-") where next(at: 1).map(Self.isDigit) ?? false: return try number()
    case UInt8(ascii: "."): return next(at: 1).map(Self.isDigit) ?? false ? try number() : symbol(.dot)
    case _ where Self.isNameStart(byte): return name()
    default: return try symbol(byte)
    }
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func next(at distance: Int) -> UInt8? {
    position + distance < bytes.count ? bytes[position + distance] : nil
  }

  private mutating func end() -> ScriptToken {
    if !isAtLineStart {
      isAtLineStart = true
      return .newline
    }
    if indentations.count > 1 {
      indentations.removeLast()
      return .dedent
    }
    return .end
  }

  /// Compares the next line that says something with the block it should belong to.
  private mutating func indentation() throws(TorchScriptFault) -> ScriptToken? {
    var width = 0
    while let byte = current {
      switch byte {
      case 0x20: width += 1
      case 0x0d: break
      case 0x0a: (width, line) = (0, line + 1)
      case UInt8(ascii: "#"):
        while let byte = current, byte != 0x0a { position += 1 }
        continue
      default:
        isAtLineStart = false
        return try block(width)
      }
      position += 1
    }
    return nil
  }

  private mutating func block(_ width: Int) throws(TorchScriptFault) -> ScriptToken? {
    guard current != 0x09 else { throw fault("a tab at the beginning of a line") }
    if width > indentations[indentations.count - 1] {
      guard indentations.count < Self.indentationLimit else {
        throw .tooDeep(ScriptPlace(module: module, line: line), limit: Self.indentationLimit)
      }
      indentations.append(width)
      return .indent
    }
    guard width < indentations[indentations.count - 1] else { return nil }
    while width < indentations[indentations.count - 1] {
      indentations.removeLast()
      pendingDedents += 1
    }
    guard width == indentations[indentations.count - 1] else {
      throw fault("a line that is indented unlike any before")
    }
    pendingDedents -= 1
    return .dedent
  }

  private mutating func skipSpaces() {
    while let byte = current {
      switch byte {
      case 0x20, 0x09, 0x0d: position += 1
      case 0x0a where depth > 0:
        position += 1
        line += 1
      case UInt8(ascii: "#"): while let byte = current, byte != 0x0a { position += 1 }
      default: return
      }
    }
  }

  private mutating func symbol(_ symbol: ScriptToken.StaticSymbol) -> ScriptToken {
    position += 1
    return .symbol(symbol)
  }

  private mutating func symbol(_ byte: UInt8) throws(TorchScriptFault) -> ScriptToken {
    let text = String(UnicodeScalar(byte))
    guard let known = ScriptToken.StaticSymbol(rawValue: text) else {
      throw fault(byte < 0x80 ? "an unexpected \(text.quoted)" : "an unexpected byte \(byte)")
    }
    switch known {
    case .open, .openList, .openMap: depth += 1
    case .close, .closeList, .closeMap: depth = max(0, depth - 1)
    default: break
    }
    return symbol(known)
  }

  private mutating func name() -> ScriptToken {
    let start = position
    while let byte = current, Self.isNameStart(byte) || Self.isDigit(byte) { position += 1 }
    return .name(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func number() throws(TorchScriptFault) -> ScriptToken {
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    var isFloat = false
    while let byte = current {
      if byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e") {
        isFloat = true
      } else if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") {
        guard bytes[position - 1] | 0x20 == UInt8(ascii: "e") else { break }
      } else if !Self.isDigit(byte) {
        break
      }
      position += 1
    }
    guard current.map({ !Self.isNameStart($0) }) ?? true, position - start <= 64 else {
      throw fault("a number that cannot be read")
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if !isFloat, let number = Int(text) { return .integer(number) }
    // `1.` is a number in Python, not in Swift.
    guard isFloat, let number = Double(text.hasSuffix(".") ? text + "0" : text.replacing(".e", with: ".0e")) else {
      throw fault("a number that cannot be read")
    }
    return .float(number)
  }

  /// A text in quotes with C's escapes.
  private mutating func text(quote: UInt8) throws(TorchScriptFault) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = current, byte != quote, byte != 0x0a {
      guard text.count < Self.textLimit else { throw fault("a text of more than \(Self.textLimit) bytes") }
      position += 1
      text.append(byte == UInt8(ascii: "\\") ? try escape() : byte)
    }
    guard current == quote else { throw fault("a text without an end") }
    position += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func escape() throws(TorchScriptFault) -> UInt8 {
    guard let byte = current else { throw fault("a text without an end") }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return 0x0a
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "r"): return 0x0d
    case UInt8(ascii: "a"): return 7
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "v"): return 11
    case UInt8(ascii: "f"): return 12
    case UInt8(ascii: "x"): return try code(digits: 2, radix: 16)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      position -= 1
      return try code(digits: 3, radix: 8)
    case UInt8(ascii: "\\"), 0x22, 0x27: return byte
    default: throw fault("an unknown escape in a text")
    }
  }

  private mutating func code(digits: Int, radix: Int) throws(TorchScriptFault) -> UInt8 {
    let end = position + digits
    guard end <= bytes.count,
      let code = UInt8(String(decoding: bytes[position..<end], as: UTF8.self), radix: radix)
    else { throw fault("an unknown escape in a text") }
    position = end
    return code
  }

  private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

  private static func isNameStart(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || 0x61...0x7a ~= byte | 0x20 || byte >= 0x80
  }
}
