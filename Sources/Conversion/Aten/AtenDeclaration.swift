import CNNTensors

/// The declaration of one overload of an operator, as PyTorch writes it:
/// `aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`.
struct AtenDeclaration {
  /// A declared argument.
  struct Argument {
    let name: String
    /// Such as `Tensor?` or `SymInt[2]`.
    let type: String
    /// `nil` if the argument must be given.
    let defaultValue: AtenValue?
    let isKeywordOnly: Bool
  }

  /// Such as `aten::add`.
  let name: String
  /// Such as `Tensor`; `default` if the declaration names none.
  let overload: String
  let arguments: [Argument]
  /// Number of results.
  let resultCount: Int

  /// Reads a line. The lines are this program's own.
  init(_ line: Substring) {
    let open = line.firstIndex(of: "(") ?? line.endIndex
    let head = line[..<open].split(separator: ".", maxSplits: 1)
    name = String(head[0])
    overload = head.count > 1 ? String(head[1]) : "default"
    var arguments: [Argument] = []
    var isKeywordOnly = false
    var rest = line[line.index(after: open)...]
    // Neither types nor defaults hold a round bracket, but for the results.
    let inside = rest.prefix { $0 != ")" }
    rest = rest.dropFirst(inside.count)
    for text in Self.parts(of: inside) {
      if text == "*" {
        isKeywordOnly = true
        continue
      }
      let sides = text.split(separator: "=", maxSplits: 1)
      let space = sides[0].lastIndex(of: " ") ?? sides[0].startIndex
      arguments.append(
        Argument(
          name: String(sides[0][sides[0].index(after: space)...]), type: String(sides[0][..<space]),
          defaultValue: sides.count > 1 ? Self.value(sides[1]) : nil, isKeywordOnly: isKeywordOnly))
    }
    self.arguments = arguments
    let results = rest.drop { $0 != ">" }.dropFirst(2)
    resultCount = results.hasPrefix("(") ? Self.parts(of: results.dropFirst().dropLast()).count : 1
  }

  /// Splits at commas outside of brackets.
  private static func parts(of text: Substring) -> [Substring] {
    var parts: [Substring] = []
    var (depth, start) = (0, text.startIndex)
    for index in text.indices {
      switch text[index] {
      case "[": depth += 1
      case "]": depth -= 1
      case "," where depth == 0:
        parts.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
    }
    parts.append(text[start...])
    return parts.map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
  }

  private static func value(_ text: Substring) -> AtenValue {
    switch text {
    case "None": return .none
    case "True": return .bool(true)
    case "False": return .bool(false)
    default: break
    }
    if text.hasPrefix("[") { return .list(parts(of: text.dropFirst().dropLast()).map(value)) }
    if text.hasPrefix("\"") || text.hasPrefix("'") { return .string(String(text.dropFirst().dropLast())) }
    if let number = Int(text) { return .int(number) }
    if let number = Double(text) { return .float(number) }
    return .setting(String(text))
  }

  // MARK: Binding

  /// The arguments by name, defaults filled in.
  /// - Parameter takesNumbers: true if a number can be passed for a tensor: PyTorch traces `x * 2` so.
  /// - Returns: `nil` if they do not fit the declaration.
  func bind(
    _ positional: [AtenValue], _ keyword: [(name: String, value: AtenValue)], takesNumbers: Bool = false
  ) -> [String: AtenValue]? {
    func fits(_ value: AtenValue, _ type: String) -> Bool {
      Self.fits(value, type) || takesNumbers && type.hasPrefix("Tensor") && value.isNumber
    }
    guard positional.count <= arguments.count else { return nil }
    var bound: [String: AtenValue] = [:]
    for (argument, value) in zip(arguments, positional) {
      guard fits(value, argument.type) else { return nil }
      bound[argument.name] = value
    }
    for (name, value) in keyword {
      guard let argument = arguments.first(where: { $0.name == name }), bound[name] == nil,
        fits(value, argument.type)
      else { return nil }
      bound[name] = value
    }
    for argument in arguments where bound[argument.name] == nil {
      guard let value = argument.defaultValue else { return nil }
      bound[argument.name] = value
    }
    return bound
  }

  /// True if a value can be passed for a declared type.
  static func fits(_ value: AtenValue, _ type: String) -> Bool {
    if type.hasSuffix("?") { return value.isNone || fits(value, String(type.dropLast())) }
    if type.hasSuffix("]"), let open = type.lastIndex(of: "[") {
      let element = String(type[..<open])
      if case .list(let items) = value { return items.allSatisfy { fits($0, element) } }
      // `int[2] stride` takes one number for both.
      return type[open...] != "[]" && fits(value, element)
    }
    return switch (type, value) {
    case ("Tensor", .tensor), ("Tensor", .scalar): true
    case ("int", .int), ("int", .scalar), ("SymInt", .int), ("SymInt", .scalar): true
    case ("int", .bool), ("SymInt", .bool): true
    case ("float", .float), ("float", .int), ("float", .scalar): true
    case ("bool", .bool), ("bool", .scalar), ("SymBool", .bool), ("SymBool", .scalar): true
    case ("number", _), ("Scalar", _): value.isNumber
    case ("str", .string), ("str", .setting): true
    case ("ScalarType", .elementType), ("ScalarType", .int), ("int", .elementType): true
    case ("Device", _), ("Layout", _), ("MemoryFormat", _), ("Generator", _), ("int", .setting): true
    default: false
    }
  }
}
