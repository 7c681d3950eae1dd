import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

extension ScriptInterpreter {
  /// Goes the way that a condition says; if only a run knows it, both become the bodies of an `If`.
  func branch(
    _ condition: ScriptValue, then: [ScriptStatement], else otherwise: [ScriptStatement], line: Int
  ) throws -> ScriptFlow {
    if case .undefined = condition { throw ConversionError(.badInput, "a condition that was never set") }
    if !openInputs.isEmpty, case .plain(.setting) = condition {
      throw ConversionError(.unsupported, "a condition depends on the input's shape")
    }
    let flag = try flag(condition)
    if case .bool(let known) = flag { return try run(known ? then : otherwise) }
    guard case .scalar(let id) = flag else { throw ConversionError(.unsupported, "\(flag.kind) as a condition") }
    // A check of the input's values: it fails, or changes nothing.
    for (fails, other) in [(then, otherwise), (otherwise, then)] where Self.alwaysFails(fails) {
      let remark = Remark("a check of values is left out (\(frame.place(line)))")
      if !findings.contains(remark), findings.count < 16 { findings.append(remark) }
      return try run(other)
    }
    return try choose(id, then, otherwise)
  }

  /// True if statements raise an exception whatever the values are.
  private static func alwaysFails(_ statements: [ScriptStatement]) -> Bool {
    statements.contains { statement in
      let expression: ScriptExpression
      switch statement.kind {
      case .fail: return true
      case .evaluate(let value): expression = value
      case .assign(_, let values) where values.count == 1: expression = values[0]
      default: return false
      }
      guard case .call(let function, _, _) = expression.kind else { return false }
      return function.dottedName == "ops.prim.RaiseException"
    }
  }

  /// One way through a branch: its graph, and the variables at its end.
  private struct Way {
    var builder: AtenGraphBuilder
    let variables: [String: ScriptValue]
  }

  private func choose(
    _ condition: ValueID, _ then: [ScriptStatement], _ otherwise: [ScriptStatement]
  ) throws -> ScriptFlow {
    let prefix = uniquePrefix("if")
    let assigned = ScriptVariables.assigned(in: then).union(ScriptVariables.assigned(in: otherwise))
    var first = try way(then, prefix + "then/", keeping: assigned)
    var second = try way(otherwise, prefix + "else/", keeping: assigned)
    var merge = BranchMerge()
    var merged: [String: ScriptValue] = [:]
    for name in assigned.sorted() {
      // A variable that one way does not set is that of before, or is of no use afterwards.
      let before = frame.variables[name]
      guard let a = first.variables[name], let b = second.variables[name] else {
        if before == nil { continue }
        throw ConversionError(.unsupported, "variable \(name.quoted) is set in one branch alone")
      }
      merged[name] = try merge.join(a, b, name, &first.builder, &second.builder)
    }
    guard !merge.pairs.isEmpty else {
      for (name, value) in merged { frame.variables[name] = value }
      return .done
    }
    for (index, pair) in merge.pairs.enumerated() {
      try first.builder.output(pair.0, name: "\(prefix)then/output_\(index)")
      try second.builder.output(pair.1, name: "\(prefix)else/output_\(index)")
    }
    let results = merge.pairs.map { pair in
      InferredValue(first.builder.knowledge(of: pair.0).type.joined(with: second.builder.knowledge(of: pair.1).type))
    }
    let bodies = (then: try first.builder.finish(), else: try second.builder.finish())
    let operation = If(then: bodies.then, else: bodies.else)
    let outputs = try builder.apply(
      operation, to: [condition], results: results, captures: captures(of: [bodies.then, bodies.else]))
    for (name, value) in merged { frame.variables[name] = try merge.resolved(value, outputs, builder) }
    return .done
  }

  /// The values of the present graph that bodies read by name.
  func captures(of bodies: [Graph]) -> [ValueID] {
    var names: Set<String> = []
    var ids: [ValueID] = []
    for body in bodies {
      for id in body.captures where names.insert(body[id].name).inserted {
        if let id = builder.graph.value(named: body[id].name) { ids.append(id) }
      }
    }
    return ids
  }

  private func way(
    _ statements: [ScriptStatement], _ prefix: String, keeping names: Set<String>
  ) throws -> Way {
    let reads = ScriptVariables.read(in: statements).union(names)
    let (variables, inner) = try withBody(prefix, reading: reads) {
      guard case .done = try run(statements) else {
        throw ConversionError(.unsupported, "a branch that depends on values gives back a value")
      }
      return frame.variables
    }
    return Way(builder: inner, variables: variables)
  }

  /// Reads something as a graph of its own: variables stand for those outside, and what is written to them is refused.
  /// - Returns: what `body` gives, and the graph as far as it is built.
  func withBody<R>(
    _ prefix: String, reading names: Set<String>, _ body: () throws -> R
  ) throws -> (R, AtenGraphBuilder) {
    guard outer.count < 16 else { throw ConversionError(.limit, "branches and loops nested more than 16 deep") }
    let before = frame.variables
    var ids: [(name: String, value: ScriptValue)] = []
    for (name, value) in before where names.contains(name) { ids.append((name, value)) }
    // What is read may have to be derived anew, which is done outside.
    var scope = BodyScope()
    for (_, value) in ids { try scope.prepare(value, &builder) }
    outer.append(builder)
    builder = AtenGraphBuilder(name: String(prefix.dropLast()), prefix: prefix)
    states.append([:])
    bodyPrefixes.append(prefix)
    defer {
      builder = outer.removeLast()
      states.removeLast()
      bodyPrefixes.removeLast()
      frame.variables = before
    }
    frame.variables = [:]
    for (name, value) in ids { frame.variables[name] = try scope.inner(value, self) }
    let result = try body()
    try scope.check()
    return (result, builder)
  }
}

/// What the variables of a body stand for.
struct BodyScope {
  private var outerValues: [ObjectIdentifier: ValueID] = [:]
  private var inner: [ObjectIdentifier: AtenTensor] = [:]
  private var numbers: [ValueID: AtenValue] = [:]

  /// Reads the tensors of a value in the graph outside.
  mutating func prepare(_ value: ScriptValue, _ builder: inout AtenGraphBuilder, depth: Int = 0) throws {
    try ScriptValue.check(depth)
    switch value {
    case .plain(.tensor(let tensor)): outerValues[ObjectIdentifier(tensor)] = try builder.read(tensor)
    case .list(let list): for item in list.items { try prepare(item, &builder, depth: depth + 1) }
    case .tuple(let items, _): for item in items { try prepare(item, &builder, depth: depth + 1) }
    case .dictionary(let dictionary):
      for pair in dictionary.pairs { try prepare(pair.value, &builder, depth: depth + 1) }
    default: break
    }
  }

  /// The value as the body sees it.
  mutating func inner(
    _ value: ScriptValue, _ interpreter: ScriptInterpreter, depth: Int = 0
  ) throws -> ScriptValue {
    try ScriptValue.check(depth)
    switch value {
    case .plain(.tensor(let tensor)):
      let key = ObjectIdentifier(tensor)
      if let known = inner[key] { return .plain(.tensor(known)) }
      guard let outside = outerValues[key] else { return value }
      let made = AtenTensor(try interpreter.capture(outside, level: interpreter.outer.count), state: tensor.state)
      inner[key] = made
      return .plain(.tensor(made))
    case .plain(.scalar(let id)):
      return .plain(.scalar(try interpreter.capture(id, level: interpreter.outer.count)))
    case .list(let list):
      return .list(ScriptList(try list.items.map { try inner($0, interpreter, depth: depth + 1) }, isFixed: true))
    case .tuple(let items, let fields):
      return .tuple(try items.map { try inner($0, interpreter, depth: depth + 1) }, fields: fields)
    case .dictionary(let dictionary):
      let pairs = try dictionary.pairs.map { (key: $0.key, value: try inner($0.value, interpreter, depth: depth + 1)) }
      return .dictionary(ScriptDictionary(pairs, isFixed: true))
    case .object(let object) where object.stored == nil:
      throw ConversionError(
        .unsupported, "an object of \(object.type.name.inSentence) in a branch or loop that depends on values")
    default: return value
    }
  }

  /// - Throws: `ConversionError` if the body has written to a tensor of outside.
  func check() throws {
    for tensor in inner.values where tensor.version > 0 || tensor.isDoubtful {
      throw ConversionError(.unsupported, "a write to a tensor in a branch or loop that depends on values")
    }
  }
}

/// Brings the values together that a variable has at the ends of two branches.
private struct BranchMerge {
  /// The results of both branches that the `If` chooses from.
  private(set) var pairs: [(ValueID, ValueID)] = []

  /// The value that stands for both; `.plain(.setting("#n"))` for result number n, to be put in afterwards.
  mutating func join(
    _ a: ScriptValue, _ b: ScriptValue, _ name: String, _ first: inout AtenGraphBuilder,
    _ second: inout AtenGraphBuilder, depth: Int = 0
  ) throws -> ScriptValue {
    try ScriptValue.check(depth)
    switch (a, b) {
    case (.tuple(let x, let fields), .tuple(let y, _)) where x.count == y.count:
      return .tuple(try zip(x, y).map { try join($0, $1, name, &first, &second, depth: depth + 1) }, fields: fields)
    case (.list(let x), .list(let y)) where x.items.count == y.items.count:
      return .list(try zip(x.items, y.items).map { try join($0, $1, name, &first, &second, depth: depth + 1) })
    case (.object(let x), .object(let y)) where x === y: return a
    case (.function(let x), .function(let y)) where x === y: return a
    case (.undefined, .undefined): return .undefined
    case (.undefined, .plain(let value)):
      guard value.isTensor || value.isNumber else { return b }
      let id = try self.value(value, &second)
      return result(try dummy(like: id, second, &first), id, value.isTensor)
    case (.plain(let value), .undefined):
      guard value.isTensor || value.isNumber else { return a }
      let id = try self.value(value, &first)
      return result(id, try dummy(like: id, first, &second), value.isTensor)
    case (.plain(let x), .plain(let y)):
      if !x.isTensor, !y.isTensor, let equal = try? ScriptBuiltins.isEqual(a, b), equal { return a }
      guard x.isTensor == y.isTensor, x.isTensor || x.isNumber && y.isNumber else { break }
      var (p, q) = (try value(x, &first), try value(y, &second))
      if !x.isTensor {
        // Numbers of both branches take the wider type.
        let types = (try first.elementType(of: p), try second.elementType(of: q))
        if types.0 != types.1 {
          let type: ElementType = types.0.isFloatingPoint || types.1.isFloatingPoint ? .float32 : .int64
          (p, q) = (try first.cast(p, to: type), try second.cast(q, to: type))
        }
      }
      return result(p, q, x.isTensor)
    default: break
    }
    throw ConversionError(
      .unsupported, "variable \(name.quoted) is \(a.kind) after one branch and \(b.kind) after the other")
  }

  private mutating func result(_ a: ValueID, _ b: ValueID, _ isTensor: Bool) -> ScriptValue {
    pairs.append((a, b))
    return .plain(.setting("\(isTensor ? "#" : "$")\(pairs.count - 1)"))
  }

  private func value(_ value: AtenValue, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    if case .tensor(let tensor) = value { return try builder.read(tensor) }
    return try builder.numberTensor(value)
  }

  /// A value that nobody reads.
  private func dummy(
    like id: ValueID, _ other: AtenGraphBuilder, _ builder: inout AtenGraphBuilder
  ) throws -> ValueID {
    let type = try other.elementType(of: id)
    return builder.add(try AtenGraphBuilder.tensor(0, as: type), hint: "unused")
  }

  /// The value with the results of the `If` put in.
  func resolved(_ value: ScriptValue, _ outputs: [ValueID], _ builder: AtenGraphBuilder) throws -> ScriptValue {
    switch value {
    case .plain(.setting(let mark)) where mark.hasPrefix("#") || mark.hasPrefix("$"):
      guard let index = Int(mark.dropFirst()) else { return value }
      if mark.hasPrefix("#") { return .plain(.tensor(AtenTensor(outputs[index]))) }
      return .plain(.scalar(outputs[index]))
    case .tuple(let items, let fields):
      return .tuple(try items.map { try resolved($0, outputs, builder) }, fields: fields)
    case .list(let list): return .list(try list.items.map { try resolved($0, outputs, builder) })
    default: return value
    }
  }
}
