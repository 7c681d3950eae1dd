import CNNTensors

/// Reads one source of a TorchScript archive into classes and functions (PyTorch, `python_print.cpp` writes them). The
/// language is a small, closed part of Python; whatever else stands there is refused with its line.
struct ScriptParser {
  /// Counts the expressions and statements of all sources of an archive.
  final class Budget {
    static let limit = 1 << 20
    fileprivate var count = 0
  }

  static let depthLimit = 160

  let module: String
  private let budget: Budget
  private var tokenizer: ScriptTokenizer
  private(set) var token = ScriptToken.newline
  /// The line of ``token``.
  private(set) var line = 1
  private var depth = 0

  /// Reads the source of a module, such as `__torch__.net`.
  package static func parse(_ bytes: [UInt8], module: String, budget: Budget) throws(TorchScriptFault) -> ScriptSource {
    var parser = ScriptParser(bytes, module: module, budget)
    return try parser.source()
  }

  private init(_ bytes: [UInt8], module: String, _ budget: Budget) {
    (self.module, self.budget) = (module, budget)
    tokenizer = ScriptTokenizer(bytes, module: module)
  }

  // MARK: Tokens

  var place: ScriptPlace { ScriptPlace(module: module, line: line) }

  func unexpected(_ expected: String) -> TorchScriptFault {
    .syntax(place, "\(expected) expected, \(token.words) found")
  }

  mutating func advance() throws(TorchScriptFault) {
    token = try tokenizer.next()
    line = tokenizer.line
  }

  /// Passes over a symbol if it is next.
  mutating func take(_ symbol: ScriptToken.StaticSymbol) throws(TorchScriptFault) -> Bool {
    guard token == .symbol(symbol) else { return false }
    try advance()
    return true
  }

  mutating func expect(_ symbol: ScriptToken.StaticSymbol) throws(TorchScriptFault) {
    guard try take(symbol) else { throw unexpected(symbol.rawValue.quoted) }
  }

  mutating func takeWord(_ word: String) throws(TorchScriptFault) -> Bool {
    guard token == .name(word) else { return false }
    try advance()
    return true
  }

  mutating func identifier() throws(TorchScriptFault) -> String {
    guard case .name(let name) = token, !Self.keywords.contains(name) else { throw unexpected("a name") }
    try advance()
    return name
  }

  mutating func expectLineEnd() throws(TorchScriptFault) {
    guard token == .newline else { throw unexpected("the end of the line") }
    try advance()
  }

  /// Charges one expression or statement.
  func charge() throws(TorchScriptFault) {
    budget.count += 1
    guard budget.count <= Budget.limit else { throw .tooLarge(place, limit: Budget.limit) }
  }

  /// One step deeper; the caller steps back with ``leave(_:)``.
  mutating func enter() throws(TorchScriptFault) {
    try charge()
    depth += 1
    guard depth <= Self.depthLimit else { throw .tooDeep(place, limit: Self.depthLimit) }
  }

  mutating func leave(_ steps: Int = 1) { depth -= steps }

  static let keywords: Set<String> = [
    "if", "else", "elif", "while", "for", "in", "with", "as", "def", "class", "return", "raise", "pass", "import",
    "from",
    "lambda", "try", "except", "finally", "del", "global", "yield", "not", "and", "or", "is", "assert", "break",
    "continue", "None", "True", "False", "async", "await", "nonlocal",
  ]

  // MARK: The source

  private mutating func source() throws(TorchScriptFault) -> ScriptSource {
    var source = ScriptSource()
    try advance()
    while token != .end {
      switch token {
      case .newline: try advance()
      case .name("class"):
        let type = try classDefinition()
        source.classes[String(type.name.dropFirst(module.count + 1))] = type
      case .name("def"):
        let function = try function(of: module)
        source.functions[String(function.name.dropFirst(module.count + 1))] = function
      case .name("import"):
        try advance()
        _ = try expression()
        try expectLineEnd()
      case .name("op_version_set"):
        // Archives of before PyTorch 1.6 begin with the version of their operators.
        try advance()
        try expect(.equals)
        _ = try expression()
        try expectLineEnd()
      default: throw unexpected("a class or a function")
      }
    }
    return source
  }

  private mutating func classDefinition() throws(TorchScriptFault) -> ScriptClass {
    try advance()
    let name = "\(module).\(try identifier())"
    var base = ""
    if try take(.open) {
      if token != .symbol(.close) { base = try expression().dottedName ?? "" }
      try expect(.close)
    }
    try expect(.colon)
    try expectLineEnd()
    var attributes: [(name: String, type: ScriptExpression)] = []
    var constants: [String: ScriptExpression] = [:]
    var parameters: Set<String> = []
    var buffers: Set<String> = []
    var methods: [String: ScriptFunction] = [:]
    guard token == .indent else { throw unexpected("a deeper line") }
    try advance()
    while token != .dedent {
      try charge()
      switch token {
      case .newline: try advance()
      case .name("pass"):
        try advance()
        try expectLineEnd()
      case .name("def"):
        let method = try function(of: name)
        methods[String(method.name.dropFirst(name.count + 1))] = method
      case .name("__parameters__"), .name("__buffers__"), .name("__constants__"), .name("__forward_hooks__"),
        .name("__forward_pre_hooks__"):
        let isParameters = token == .name("__parameters__")
        let isBuffers = token == .name("__buffers__")
        let isHooks = token == .name("__forward_hooks__") || token == .name("__forward_pre_hooks__")
        try advance()
        try expect(.equals)
        let names = try texts(expression())
        if isHooks, !names.isEmpty { throw .language(place, "a hook of a module") }
        if isParameters { parameters = names }
        if isBuffers { buffers = names }
        try expectLineEnd()
      case .name("__annotations__"):
        try advance()
        try expect(.openList)
        guard case .string(let attribute) = token else { throw unexpected("a text") }
        try advance()
        try expect(.closeList)
        try expect(.equals)
        attributes.append((attribute, try expression()))
        try expectLineEnd()
      default:
        let attribute = try identifier()
        if try take(.colon) {
          attributes.append((attribute, try expression()))
          if try take(.equals) { constants[attribute] = try expression() }
        } else {
          try expect(.equals)
          constants[attribute] = try expression()
        }
        try expectLineEnd()
      }
    }
    try advance()
    return ScriptClass(
      name: name, base: base, attributes: attributes, constants: constants, parameters: parameters, buffers: buffers,
      methods: methods)
  }

  private func texts(_ expression: ScriptExpression) throws(TorchScriptFault) -> Set<String> {
    guard case .list(let items) = expression.kind else { throw unexpected("a list of names") }
    var names: Set<String> = []
    for item in items {
      guard case .string(let name) = item.kind else { throw unexpected("a list of names") }
      names.insert(name)
    }
    return names
  }

  private mutating func function(of owner: String) throws(TorchScriptFault) -> ScriptFunction {
    let start = line
    try advance()
    let name = "\(owner).\(try identifier())"
    try expect(.open)
    var parameters: [ScriptFunction.Parameter] = []
    while token != .symbol(.close) {
      if try take(.star) {
        // What follows is given by name only.
      } else {
        let parameter = try identifier()
        let type: ScriptExpression? = try take(.colon) ? try expression() : nil
        let value: ScriptExpression? = try take(.equals) ? try expression() : nil
        parameters.append(.init(name: parameter, type: type, value: value))
      }
      guard try take(.comma) else { break }
    }
    try expect(.close)
    if try take(.arrow) { _ = try expression() }
    try expect(.colon)
    try expectLineEnd()
    let body = try block()
    return ScriptFunction(name: name, module: module, parameters: parameters, body: body, line: start)
  }
}
