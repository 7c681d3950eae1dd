import CNNFormats

/// Which variables statements set and read, however deep they stand.
enum ScriptVariables {
  /// The names that are set.
  static func assigned(in statements: [ScriptStatement]) -> Set<String> {
    var names: Set<String> = []
    visit(statements) { statement in
      switch statement.kind {
      case .assign(let targets, _), .unpack(let targets, _): names.formUnion(targets)
      case .countedLoop(let name, _, _): names.insert(name)
      default: break
      }
    }
    return names
  }

  /// The names that are read.
  static func read(in statements: [ScriptStatement]) -> Set<String> {
    var names: Set<String> = []
    visit(statements) { statement in
      for expression in expressions(of: statement) { add(expression, to: &names) }
    }
    return names
  }

  /// The names that an expression reads.
  static func read(in expression: ScriptExpression) -> Set<String> {
    var names: Set<String> = []
    add(expression, to: &names)
    return names
  }

  private static func visit(_ statements: [ScriptStatement], _ body: (ScriptStatement) -> Void) {
    for statement in statements {
      body(statement)
      switch statement.kind {
      case .branch(_, let then, let otherwise):
        visit(then, body)
        visit(otherwise, body)
      case .whileLoop(_, let inner), .countedLoop(_, _, let inner), .scope(_, _, let inner): visit(inner, body)
      default: break
      }
    }
  }

  private static func expressions(of statement: ScriptStatement) -> [ScriptExpression] {
    switch statement.kind {
    case .assign(_, let values): values
    case .unpack(_, let value), .evaluate(let value), .giveBack(let value), .fail(let value): [value]
    case .set(let object, _, let value): [object, value]
    case .branch(let condition, _, _), .whileLoop(let condition, _): [condition]
    case .countedLoop(_, let count, _): [count]
    case .scope(let object, _, _): [object]
    }
  }

  private static func add(_ expression: ScriptExpression, to names: inout Set<String>) {
    switch expression.kind {
    case .none, .boolean, .integer, .float, .string: break
    case .name(let name): names.insert(name)
    case .attribute(let base, _): add(base, to: &names)
    case .call(let function, let arguments, let keywords):
      add(function, to: &names)
      for argument in arguments { add(argument, to: &names) }
      for keyword in keywords { add(keyword.value, to: &names) }
    case .subscription(let base, let indices):
      add(base, to: &names)
      for index in indices { add(index, to: &names) }
    case .list(let items), .tuple(let items): for item in items { add(item, to: &names) }
    case .dictionary(let pairs):
      for pair in pairs {
        add(pair.key, to: &names)
        add(pair.value, to: &names)
      }
    }
  }
}
