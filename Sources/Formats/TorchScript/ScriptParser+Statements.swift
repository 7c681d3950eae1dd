extension ScriptParser {
  /// The statements of a deeper block.
  mutating func block() throws(TorchScriptFault) -> [ScriptStatement] {
    try enter()
    defer { leave() }
    guard token == .indent else { throw unexpected("a deeper line") }
    try advance()
    var statements: [ScriptStatement] = []
    while token != .dedent {
      guard token != .end else { throw unexpected("a statement") }
      if token == .newline {
        try advance()
      } else if let statement = try statement() {
        statements.append(statement)
      }
    }
    try advance()
    return statements
  }

  /// - Returns: `nil` for `pass`.
  private mutating func statement() throws(TorchScriptFault) -> ScriptStatement? {
    try charge()
    let start = line
    func made(_ kind: ScriptStatement.Kind) -> ScriptStatement { ScriptStatement(kind: kind, line: start) }
    guard case .name(let word) = token, Self.keywords.contains(word) else { return made(try assignment()) }
    switch word {
    case "pass":
      try advance()
      try expectLineEnd()
      return nil
    case "return":
      try advance()
      if token == .newline {
        try advance()
        return made(.giveBack(ScriptExpression(kind: .none, line: start)))
      }
      let value = try expressions()
      try expectLineEnd()
      let isOne = value.items.count == 1 && !value.isTuple
      return made(.giveBack(isOne ? value.items[0] : ScriptExpression(kind: .tuple(value.items), line: start)))
    case "raise":
      try advance()
      let value = try expression()
      try expectLineEnd()
      return made(.fail(value))
    case "if":
      try advance()
      let condition = try expression()
      let then = try suite()
      var otherwise: [ScriptStatement] = []
      if try takeWord("else") { otherwise = try suite() }
      return made(.branch(condition, then: then, else: otherwise))
    case "while":
      try advance()
      let condition = try expression()
      return made(.whileLoop(condition, try suite()))
    case "for":
      try advance()
      let name = try identifier()
      guard try takeWord("in") else { throw unexpected("'in'") }
      let range = try expression()
      guard case .call(let function, let arguments, let keywords) = range.kind, function.dottedName == "range",
        arguments.count == 1, keywords.isEmpty
      else { throw .language(place, "a loop over anything but range(…)") }
      return made(.countedLoop(name, arguments[0], try suite()))
    case "with":
      try advance()
      let object = try expression()
      let name: String? = try takeWord("as") ? try identifier() : nil
      return made(.scope(object, name, try suite()))
    case "None", "True", "False": return made(try assignment())
    default: throw .language(place, "the statement \(word.quoted)")
    }
  }

  private mutating func suite() throws(TorchScriptFault) -> [ScriptStatement] {
    try expect(.colon)
    try expectLineEnd()
    return try block()
  }

  private mutating func assignment() throws(TorchScriptFault) -> ScriptStatement.Kind {
    let targets = try expressions()
    var isAssignment = false
    if try take(.colon) {
      _ = try expression()
      isAssignment = true
      try expect(.equals)
    } else {
      isAssignment = try take(.equals)
    }
    guard isAssignment else {
      try expectLineEnd()
      guard targets.items.count == 1, !targets.isTuple else { throw .language(place, "a tuple as a statement") }
      return .evaluate(targets.items[0])
    }
    let values = try expressions()
    try expectLineEnd()
    if targets.items.count == 1, !targets.isTuple, case .attribute(let object, let name) = targets.items[0].kind {
      guard values.items.count == 1, !values.isTuple else { throw .language(place, "a tuple as an attribute") }
      return .set(object, name, values.items[0])
    }
    var names: [String] = []
    for target in targets.items {
      guard case .name(let name) = target.kind else { throw .language(place, "an assignment to anything but a name") }
      names.append(name)
    }
    if values.items.count == 1, !values.isTuple {
      return targets.isTuple ? .unpack(names, values.items[0]) : .assign(names, values.items)
    }
    if !targets.isTuple { return .assign(names, [ScriptExpression(kind: .tuple(values.items), line: line)]) }
    guard values.items.count == names.count else {
      throw .syntax(place, "\(names.count) names for \(values.items.count) values")
    }
    return .assign(names, values.items)
  }
}
