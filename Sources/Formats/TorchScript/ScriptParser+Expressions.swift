extension ScriptParser {
  /// Expressions between commas up to the end of the line or a sign of assignment; a comma may stand at the end.
  mutating func expressions() throws(TorchScriptFault) -> (items: [ScriptExpression], isTuple: Bool) {
    var items = [try expression()]
    var isTuple = false
    while try take(.comma) {
      isTuple = true
      if token == .newline || token == .symbol(.equals) { break }
      items.append(try expression())
    }
    return (items, isTuple)
  }

  /// One expression: something that stands for itself, and what is asked of it.
  mutating func expression() throws(TorchScriptFault) -> ScriptExpression {
    var steps = 1
    try enter()
    var result = try simple()
    while case .symbol(let symbol) = token {
      let start = line
      let kind: ScriptExpression.Kind
      switch symbol {
      case .dot:
        try advance()
        guard case .name(let name) = token else { throw unexpected("a name") }
        try advance()
        kind = .attribute(result, name)
      case .open:
        let (arguments, keywords) = try self.arguments()
        kind = .call(result, arguments, keywords: keywords)
      case .openList:
        try advance()
        kind = .subscription(result, try items(until: .closeList))
      default:
        leave(steps)
        return result
      }
      try enter()
      steps += 1
      result = ScriptExpression(kind: kind, line: start)
    }
    leave(steps)
    return result
  }

  private mutating func simple() throws(TorchScriptFault) -> ScriptExpression {
    let start = line
    let kind: ScriptExpression.Kind
    switch token {
    case .integer(let number):
      kind = .integer(number)
      try advance()
    case .float(let number):
      kind = .float(number)
      try advance()
    case .string(let text):
      kind = .string(text)
      try advance()
    case .name(let name):
      kind = try word(name)
      try advance()
    case .symbol(.minus):
      try advance()
      guard case .name(let name) = token, case .float(let number) = try word(name) else {
        throw .language(place, "a minus sign here")
      }
      kind = .float(-number)
      try advance()
    case .symbol(.open):
      try advance()
      kind = try parenthesized()
    case .symbol(.openList):
      try advance()
      kind = .list(try items(until: .closeList))
    case .symbol(.openMap):
      try advance()
      kind = .dictionary(try pairs())
    default: throw unexpected("an expression")
    }
    return ScriptExpression(kind: kind, line: start)
  }

  private func word(_ name: String) throws(TorchScriptFault) -> ScriptExpression.Kind {
    switch name {
    case "None": return .none
    case "True": return .boolean(true)
    case "False": return .boolean(false)
    case "inf": return .float(.infinity)
    case "nan": return .float(.nan)
    case _ where Self.keywords.contains(name): throw .language(place, name.quoted)
    default: return .name(name)
    }
  }

  private mutating func parenthesized() throws(TorchScriptFault) -> ScriptExpression.Kind {
    if try take(.close) { return .tuple([]) }
    let first = try expression()
    guard try take(.comma) else {
      try expect(.close)
      return first.kind
    }
    return .tuple([first] + (try items(until: .close)))
  }

  private mutating func items(until end: ScriptToken.StaticSymbol) throws(TorchScriptFault) -> [ScriptExpression] {
    var items: [ScriptExpression] = []
    while token != .symbol(end) {
      items.append(try expression())
      guard try take(.comma) else { break }
    }
    try expect(end)
    return items
  }

  private mutating func pairs() throws(TorchScriptFault) -> [(key: ScriptExpression, value: ScriptExpression)] {
    var pairs: [(key: ScriptExpression, value: ScriptExpression)] = []
    while token != .symbol(.closeMap) {
      let key = try expression()
      try expect(.colon)
      pairs.append((key, try expression()))
      guard try take(.comma) else { break }
    }
    try expect(.closeMap)
    return pairs
  }

  private mutating func arguments() throws(TorchScriptFault) -> (
    [ScriptExpression], [(name: String, value: ScriptExpression)]
  ) {
    try expect(.open)
    var arguments: [ScriptExpression] = []
    var keywords: [(name: String, value: ScriptExpression)] = []
    while token != .symbol(.close) {
      let argument = try expression()
      if case .name(let name) = argument.kind, try take(.equals) {
        keywords.append((name, try expression()))
      } else {
        guard keywords.isEmpty else { throw unexpected("an argument with a name") }
        arguments.append(argument)
      }
      guard try take(.comma) else { break }
    }
    try expect(.close)
    return (arguments, keywords)
  }
}
