import CNNFormats
import CNNGraphs
import CNNTensors

/// Reads a TorchScript program as the graph that it computes: calls are followed, numbers and lists are computed while
/// reading, and what is done to tensors becomes nodes. Nothing but the archive's own source is ever looked at.
final class ScriptInterpreter {
  /// Calls, blocks and expressions that are open at one time.
  static let depthLimit = 1000
  static let callLimit = 100
  /// What reading one expression or statement costs.
  static let cost = 50_000

  let archive: TorchScriptArchive
  /// The graph that is being built: the body of a branch or loop, or the network's own.
  var builder: AtenGraphBuilder
  /// The graphs around it, the outermost first.
  var outer: [AtenGraphBuilder] = []
  /// What tensors of outer graphs are called in the inner ones, one table for each graph.
  var states: [[ObjectIdentifier: AtenTensor]] = [[:]]
  /// Said in front of the names in bodies, which no other graph may have.
  var bodyPrefixes: [String] = []
  var findings: [Remark] = []
  /// Lists, tuples and objects that were put into others.
  private var nestings = 0
  /// The inputs of which not even the number of axes is known, if the program is read to find that out.
  var openInputs: [ObjectIdentifier: Int] = [:]

  private var objects: [ObjectIdentifier: ScriptObject] = [:]
  private var constants: [Int: ScriptValue] = [:]
  private var names: [String: Int] = [:]
  private(set) var frames: [ScriptFrame] = []
  private var depth = 0
  /// True if the error on its way out says its line already.
  private var isPlaced = false

  init(_ archive: TorchScriptArchive, _ builder: AtenGraphBuilder) {
    (self.archive, self.builder) = (archive, builder)
  }

  /// The variables of the function that is being read.
  var frame: ScriptFrame { frames[frames.count - 1] }

  // MARK: Limits

  /// Goes one step deeper.
  func deeper<R>(_ body: () throws -> R) throws -> R {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else {
      throw ConversionError(.limit, "the program nests calls and expressions more than \(Self.depthLimit) deep")
    }
    try WorkBudget.current.charge(Self.cost)
    return try body()
  }

  /// Reads a function with its variables set.
  func run(_ frame: ScriptFrame) throws -> ScriptValue {
    guard frames.count < Self.callLimit else {
      throw ConversionError(.limit, "functions call one another more than \(Self.callLimit) deep")
    }
    guard !frames.contains(where: { $0.function === frame.function && $0.path == frame.path && frame.path != "" })
    else {
      throw ConversionError(.unsupported, "\(frame.function.name.inSentence) calls itself")
    }
    frames.append(frame)
    defer { frames.removeLast() }
    return try deeper {
      switch try run(frame.function.body) {
      case .done: .none
      case .returned(let value): value
      }
    }
  }

  /// Reads something with the variables of a call.
  func within<R>(_ frame: ScriptFrame, _ body: () throws -> R) rethrows -> R {
    frames.append(frame)
    defer { frames.removeLast() }
    return try body()
  }

  /// Counts what is put into a list, tuple, dictionary or object: chains of them must not become endless.
  func countNestings(_ items: some Sequence<ScriptValue>) throws {
    for item in items where item.isContainer { nestings += 1 }
    guard nestings <= 10_000 else {
      throw ConversionError(.limit, "the program puts lists and tuples into others more than 10000 times")
    }
  }

  // MARK: Statements

  /// Reads statements one after the other.
  func run(_ statements: [ScriptStatement]) throws -> ScriptFlow {
    try deeper {
      for statement in statements {
        do {
          if case .returned(let value) = try run(statement) { return .returned(value) }
        } catch {
          throw placed(error, at: statement.line)
        }
      }
      return .done
    }
  }

  /// The error with the line that it comes from.
  private func placed(_ error: any Error, at line: Int) -> any Error {
    guard !isPlaced, !(error is OpenInput) else { return error }
    if error is CancellationError || error is LimitError { return error }
    isPlaced = true
    var placed = ConversionError(outside: error)
    placed.message += " (\(frame.place(line)))"
    return placed
  }

  private func run(_ statement: ScriptStatement) throws -> ScriptFlow {
    try WorkBudget.current.charge(Self.cost)
    switch statement.kind {
    case .assign(let names, let expressions):
      let values = try expressions.map { try evaluate($0, named: names.count == 1 ? names[0] : nil) }
      for (name, value) in zip(names, values) { frame.variables[name] = value }
    case .unpack(let names, let expression):
      let value = try evaluate(expression)
      guard let items = value.items else {
        throw ConversionError(.unsupported, "\(value.kind) is taken apart into \(names.count)")
      }
      guard items.count == names.count else {
        throw ConversionError(.badInput, "\(items.count) values are taken apart into \(names.count)")
      }
      for (name, item) in zip(names, items) { frame.variables[name] = item }
    case .set(let object, let name, let expression):
      try set(evaluate(object), name, to: evaluate(expression))
    case .evaluate(let expression): _ = try evaluate(expression)
    case .branch(let condition, let then, let otherwise):
      return try branch(evaluate(condition), then: then, else: otherwise, line: statement.line)
    case .whileLoop(let condition, let body): return try loop(while: condition, body, line: statement.line)
    case .countedLoop(let name, let count, let body):
      return try loop(name, evaluate(count), body, line: statement.line)
    case .scope(let object, let name, let body):
      let value = try evaluate(object)
      guard name == nil, case .object(let scope) = value, Self.isHarmless(scope.type.name) else {
        throw ConversionError(.unsupported, "a 'with' of \(value.kind)")
      }
      return try run(body)
    case .giveBack(let expression): return .returned(try evaluate(expression))
    case .fail(let expression): throw raised(try evaluate(expression))
    }
    return .done
  }

  /// True for scopes that change nothing of what is computed.
  private static func isHarmless(_ type: String) -> Bool {
    ["no_grad", "enable_grad", "inference_mode", "set_grad_enabled", "record_function"]
      .contains { type.hasSuffix(".\($0)") }
  }

  /// The error of an exception that the program raises.
  func raised(_ value: ScriptValue) -> ConversionError {
    let text: String? = if case .plain(.string(let text)) = value { text } else { nil }
    return ConversionError(
      .unsupported, "with these inputs the network fails" + (text.map { ": \($0.inSentence)" } ?? ""),
      remedy: .giveInputShape(input: nil))
  }

  // MARK: Objects

  /// The object that the archive stores, the same one every time.
  func object(_ stored: StoredScriptObject) throws -> ScriptObject {
    if let known = objects[ObjectIdentifier(stored)] { return known }
    guard let type = try archive.type(named: stored.type) else { throw TorchScriptFault.undefined(stored.type) }
    let object = ScriptObject(type, stored: stored)
    objects[ObjectIdentifier(stored)] = object
    return object
  }

  /// What an attribute of an object is.
  func attribute(_ name: String, of object: ScriptObject) throws -> ScriptValue {
    if let value = object.values[name] {
      guard try outer.isEmpty || object.stored == nil || !value.holdsTensor() else {
        throw ConversionError(
          .unsupported, "attribute \(name.quoted), which was set before, is read in a branch or loop")
      }
      return value
    }
    object.wasRead.insert(name)
    if let stored = object.storedValue(name) {
      let value = try state(stored, object.path.isEmpty ? name : "\(object.path).\(name)")
      if try !value.holdsTensor() { object.values[name] = value }
      return value
    }
    if let constant = object.type.constants[name] { return try evaluate(constant) }
    throw ConversionError(
      .badInput, "\(object.type.name.inSentence) has no attribute \(name.quoted)")
  }

  private func set(_ target: ScriptValue, _ name: String, to value: ScriptValue) throws {
    guard case .object(let object) = target else {
      throw ConversionError(.unsupported, "an attribute of \(target.kind) is set")
    }
    guard !object.isFixed, outer.isEmpty || object.stored == nil, !object.wasRead.contains(name) else {
      throw ConversionError(
        .unsupported, "attribute \(name.quoted) of \(object.type.name.inSentence) is changed, which outlives the run")
    }
    try countNestings([value])
    object.values[name] = value
  }

  /// A value that the archive stores. Of a tensor each graph knows one.
  func state(_ stored: StoredScriptValue, _ name: String) throws -> ScriptValue {
    switch stored {
    case .none: return .none
    case .boolean(let flag): return .plain(.bool(flag))
    case .integer(let number): return .plain(.int(number))
    case .float(let number): return .plain(.float(number))
    case .string(let text): return .plain(.string(text))
    case .tensor(let tensor): return .plain(.tensor(try state(tensor, name, level: outer.count)))
    case .list(let items):
      let values = try items.enumerated().map { try state($0.element, "\(name).\($0.offset)") }
      return .list(ScriptList(values, isFixed: true))
    case .tuple(let items):
      return .tuple(try items.enumerated().map { try state($0.element, "\(name).\($0.offset)") }, fields: [])
    case .dictionary(let pairs):
      let values = try pairs.map { pair in
        let key = try ScriptDictionary.Key(state(pair.key, name))
        return (key: key, value: try state(pair.value, "\(name).\(key.words)"))
      }
      return .dictionary(ScriptDictionary(values, isFixed: true))
    case .object(let object): return .object(try self.object(object))
    case .unusable(let reason):
      throw ConversionError(.unsupported, "\(name.quoted) \(reason)")
    }
  }

  private func state(_ tensor: Tensor, _ name: String, level: Int) throws -> AtenTensor {
    let key = tensor.storage.map { ObjectIdentifier($0) } ?? ObjectIdentifier(self)
    if let known = states[level][key] { return known }
    let made: AtenTensor
    if level == 0 {
      let value =
        if outer.isEmpty { try builder.constant(tensor, name: name, isState: true) } else {
          try outer[0].constant(tensor, name: name, isState: true)
        }
      guard case .tensor(let constant) = value else {
        throw ConversionError(.internalFault, "a constant is no tensor")
      }
      made = constant
    } else {
      let value = try state(tensor, name, level: level - 1).value
      made = AtenTensor(try capture(value, level: level), state: name)
    }
    states[level][key] = made
    return made
  }

  /// The value of the graph of a level that stands for a value of the graph around it.
  func capture(_ id: ValueID, level: Int) throws -> ValueID {
    let name = outer[level - 1].graph[id].name
    let knowledge = outer[level - 1].knowledge(of: id)
    return if level == outer.count { try builder.capture(name, knowledge) } else {
      try outer[level].capture(name, knowledge)
    }
  }

  /// What `CONSTANTS.c3` stands for.
  func constant(_ number: Int) throws -> ScriptValue {
    guard archive.constants.indices.contains(number) else {
      throw ConversionError(.badInput, "there is no constant \(number)")
    }
    let value = try state(archive.constants[number], "constants.\(number)")
    return value
  }

  // MARK: Names

  /// A name for what an operator makes in the present module.
  func nodePlace(_ operation: String) -> AtenGraphBuilder.Place {
    let word = operation.drop { $0 == "_" }
    let trimmed = word.hasSuffix("_") ? word.dropLast() : word
    let path = frames.last { !$0.path.isEmpty }?.path ?? ""
    let prefix = bodyPrefixes.last ?? ""
    let wanted = (path.isEmpty ? "" : "\(path).") + trimmed
    // The builder of a body puts the prefix in front itself.
    let count = names[prefix + wanted, default: 0]
    names[prefix + wanted] = count + 1
    return AtenGraphBuilder.Place(node: count == 0 ? wanted : "\(wanted)_\(count)", path: path)
  }

  /// A prefix for the names in a body, different from all others.
  func uniquePrefix(_ word: String) -> String {
    let wanted = (bodyPrefixes.last ?? "") + word
    let count = names["/\(wanted)", default: 0]
    names["/\(wanted)"] = count + 1
    return "\(wanted)\(count == 0 ? "" : "_\(count)")/"
  }
}

/// Thrown when the shape of an input is found out.
struct OpenInput: Error {
  /// Its number among the inputs.
  let index: Int
  let type: TensorType
}

extension ScriptInterpreter {
  /// The default of a parameter of the function that is read first.
  func evaluateDefault(_ expression: ScriptExpression, in frame: ScriptFrame) throws -> ScriptValue {
    try within(frame) { try evaluate(expression) }
  }
}
