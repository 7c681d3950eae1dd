import CNNFormats
import CNNGraphs
import CNNTensors

extension ScriptInterpreter {
  /// What an expression stands for.
  /// - Parameter name: the variable that it is for.
  func evaluate(_ expression: ScriptExpression, named name: String? = nil) throws -> ScriptValue {
    try deeper {
      switch expression.kind {
      case .none: .none
      case .boolean(let flag): .plain(.bool(flag))
      case .integer(let number): .plain(.int(number))
      case .float(let number): .plain(.float(number))
      case .string(let text): .plain(.string(text))
      case .name(let name): try variable(name)
      case .attribute(let base, let name): try attribute(name, of: base, whole: expression)
      case .call(let function, let arguments, let keywords): try call(function, arguments, keywords)
      case .subscription(let base, let indices): try element(evaluate(base), indices.map { try evaluate($0) })
      case .list(let items): .list(try parts(items))
      case .tuple(let items): .tuple(try parts(items), fields: [])
      case .dictionary(let pairs): .dictionary(try dictionary(pairs))
      }
    }
  }

  private func parts(_ expressions: [ScriptExpression]) throws -> [ScriptValue] {
    let values = try expressions.map { try evaluate($0) }
    try countNestings(values)
    return values
  }

  private func dictionary(
    _ pairs: [(key: ScriptExpression, value: ScriptExpression)]
  ) throws -> ScriptDictionary {
    let pairs = try pairs.map { (key: try ScriptDictionary.Key(evaluate($0.key)), value: try evaluate($0.value)) }
    try countNestings(pairs.map(\.value))
    return ScriptDictionary(pairs)
  }

  private func variable(_ name: String) throws -> ScriptValue {
    guard let value = frame.variables[name] else {
      throw ConversionError(.badInput, "\(name.quoted) is not known")
    }
    return value
  }

  private func attribute(
    _ name: String, of base: ScriptExpression, whole: ScriptExpression
  ) throws -> ScriptValue {
    if let dotted = whole.dottedName, frame.variables[Self.root(of: dotted)] == nil {
      if dotted.hasPrefix("CONSTANTS.c"), let number = Int(dotted.dropFirst(11)) { return try constant(number) }
      guard dotted.hasPrefix("__torch__.") else {
        throw ConversionError(.unsupported, "\(dotted.inSentence) is not known")
      }
      if let function = try archive.function(named: dotted) { return .function(function) }
      if let type = try archive.type(named: dotted) { return .type(type) }
      // A member of an enumeration is its value.
      if let type = try archive.type(named: String(dotted.dropLast(name.utf8.count + 1))), type.base == "Enum",
        let member = type.constants[name]
      {
        return try evaluate(member)
      }
      throw TorchScriptFault.undefined(dotted)
    }
    let value = try evaluate(base)
    switch value {
    case .object(let object): return try attribute(name, of: object)
    case .tuple(let items, let fields):
      guard let place = fields.firstIndex(of: name), place < items.count else { break }
      return items[place]
    default: break
    }
    throw ConversionError(.unsupported, "\(value.kind) has no attribute \(name.quoted)")
  }

  static func root(of dotted: String) -> String { String(dotted.prefix { $0 != "." }) }

  /// `base[index]`
  private func element(_ base: ScriptValue, _ indices: [ScriptValue]) throws -> ScriptValue {
    guard indices.count == 1 else { throw ConversionError(.unsupported, "\(indices.count) indices") }
    switch base {
    case .dictionary(let dictionary):
      let key = try ScriptDictionary.Key(indices[0])
      guard let value = dictionary[key] else {
        throw ConversionError(.badInput, "a dictionary has no key \(key.words.quoted)")
      }
      return value
    case .list, .tuple:
      let items = base.items ?? []
      return items[try place(indices[0], among: items.count)]
    case .plain(.string(let text)):
      let letters = Array(text)
      return .plain(.string(String(letters[try place(indices[0], among: letters.count)])))
    default: throw ConversionError(.unsupported, "an element of \(base.kind) is taken")
    }
  }

  /// The place of an element, counted from the end if it is negative.
  func place(_ index: ScriptValue, among count: Int) throws -> Int {
    guard case .plain(let value) = index else { throw ConversionError(.unsupported, "an index is \(index.kind)") }
    guard let number = value.integer else { throw ConversionError(.unsupported, "an index is \(value.kind)") }
    let place = number < 0 ? number &+ count : number
    guard 0..<count ~= place else { throw ConversionError(.badInput, "there is no element \(number) among \(count)") }
    return place
  }

  // MARK: Calls

  private func call(
    _ function: ScriptExpression, _ arguments: [ScriptExpression], _ keywords: [(name: String, value: ScriptExpression)]
  ) throws -> ScriptValue {
    if let dotted = function.dottedName, frame.variables[Self.root(of: dotted)] == nil {
      if let value = try form(dotted, arguments) { return value }
      let values = try arguments.map { try evaluate($0) }
      let named = try keywords.map { (name: $0.name, value: try evaluate($0.value)) }
      if dotted.hasPrefix("torch.") {
        return try perform("aten::\(dotted.dropFirst(6).replacing(".", with: "_"))", values, named)
      }
      if dotted.hasPrefix("ops.") {
        return try perform(String(dotted.dropFirst(4).replacing(".", with: "::", maxReplacements: 1)), values, named)
      }
      if dotted.hasPrefix("__torch__.") {
        if let function = try archive.function(named: dotted) { return try call(function, values, named) }
        if let type = try archive.type(named: dotted) { return try make(type, values, named) }
        if let dot = dotted.lastIndex(of: "."), let type = try archive.type(named: String(dotted[..<dot])) {
          let method = String(dotted[dotted.index(after: dot)...])
          if method == "__new__" { return .object(ScriptObject(type, stored: nil)) }
          if let function = type.methods[method] { return try call(function, values, named) }
        }
        throw TorchScriptFault.undefined(dotted)
      }
      throw ConversionError(.unsupported, "\(dotted.inSentence) is not known")
    }
    if case .attribute(let base, let method) = function.kind {
      let value = try evaluate(base)
      let values = try arguments.map { try evaluate($0) }
      let named = try keywords.map { (name: $0.name, value: try evaluate($0.value)) }
      guard case .object(let object) = value else {
        throw ConversionError(.unsupported, "method \(method.quoted) of \(value.kind) is not supported")
      }
      guard let body = object.type.methods[method] else {
        throw ConversionError(.badInput, "\(object.type.name.inSentence) has no method \(method.quoted)")
      }
      return try call(body, [value] + values, named, path: object.path)
    }
    let value = try evaluate(function)
    let values = try arguments.map { try evaluate($0) }
    let named = try keywords.map { (name: $0.name, value: try evaluate($0.value)) }
    switch value {
    case .function(let function): return try call(function, values, named)
    case .type(let type): return try make(type, values, named)
    default: throw ConversionError(.unsupported, "\(value.kind) is called")
    }
  }

  /// What looks like a call and is a form of the language: a type is among its arguments.
  private func form(_ name: String, _ arguments: [ScriptExpression]) throws -> ScriptValue? {
    switch (name, arguments.count) {
    case ("annotate", 2):
      let value = try evaluate(arguments[1])
      guard case .plain(.tensor) = value, let type = arguments[0].dottedName else { return value }
      switch type {
      case "int": return try perform("aten::Int", [value], [])
      case "float": return try perform("aten::Float", [value], [])
      case "bool": return try perform("aten::Bool", [value], [])
      default: return value
      }
    case ("unchecked_cast", 2): return try evaluate(arguments[1])
    case ("uninitialized", 1): return .undefined
    case ("getattr", 2):
      guard case .object(let object) = try evaluate(arguments[0]), case .string(let name) = arguments[1].kind else {
        throw ConversionError(.unsupported, "'getattr' of anything but a module's attribute")
      }
      return try attribute(name, of: object)
    case ("hasattr", 2):
      guard case .object(let object) = try evaluate(arguments[0]), case .string(let name) = arguments[1].kind else {
        throw ConversionError(.unsupported, "'hasattr' of anything but a module's attribute")
      }
      return .plain(.bool((try? attribute(name, of: object)) != nil))
    case ("int", 1), ("float", 1), ("bool", 1), ("str", 1):
      let operation =
        ["int": "aten::Int", "float": "aten::Float", "bool": "aten::Bool", "str": "aten::str"][name] ?? ""
      return try perform(operation, [evaluate(arguments[0])], [])
    case ("print", _):
      for argument in arguments { _ = try evaluate(argument) }
      return ScriptValue.none
    default: return nil
    }
  }

  /// Calls a function or a method, whose object is its first argument.
  func call(
    _ function: ScriptFunction, _ arguments: [ScriptValue], _ keywords: [(name: String, value: ScriptValue)] = [],
    path: String? = nil
  ) throws -> ScriptValue {
    let name = function.name.inSentence
    guard arguments.count <= function.parameters.count else {
      throw ConversionError(.badInput, "\(name) is given \(arguments.count) arguments")
    }
    let frame = ScriptFrame(function, path: path ?? "")
    for (parameter, value) in zip(function.parameters, arguments) { frame.variables[parameter.name] = value }
    for (keyword, value) in keywords {
      guard function.parameters.contains(where: { $0.name == keyword }), frame.variables[keyword] == nil else {
        throw ConversionError(.badInput, "\(name) has no parameter \(keyword.quoted)")
      }
      frame.variables[keyword] = value
    }
    for parameter in function.parameters where frame.variables[parameter.name] == nil {
      guard let value = parameter.value else {
        throw ConversionError(.badInput, "\(name) is given no \(parameter.name.quoted)")
      }
      frame.variables[parameter.name] = try evaluate(value)
    }
    return try run(frame)
  }

  /// Makes an object of a class: a named tuple of its parts, or whatever its own way of beginning makes.
  private func make(
    _ type: ScriptClass, _ arguments: [ScriptValue], _ keywords: [(name: String, value: ScriptValue)]
  ) throws -> ScriptValue {
    if type.base == "NamedTuple" {
      let fields = type.attributes.map(\.name)
      guard keywords.isEmpty, arguments.count == fields.count else {
        throw ConversionError(.badInput, "\(type.name.inSentence) is given \(arguments.count) arguments")
      }
      try countNestings(arguments)
      return .tuple(arguments, fields: fields)
    }
    let object = ScriptObject(type, stored: nil)
    if let begin = type.methods["__init__"] { _ = try call(begin, [.object(object)] + arguments, keywords) }
    return .object(object)
  }
}
