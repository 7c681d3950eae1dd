import CNNGraphs
import CNNOperators
import CNNTensors

extension ScriptInterpreter {
  /// Performs a call of one of PyTorch's own operators. What concerns numbers, texts and lists is done here and now; what
  /// concerns tensors becomes nodes.
  /// - Parameter operation: such as `aten::conv2d`.
  func perform(
    _ operation: String, _ arguments: [ScriptValue], _ keywords: [(name: String, value: ScriptValue)]
  ) throws -> ScriptValue {
    if let stand = try openOutcome(operation, arguments) { return stand }
    if let builtin = ScriptBuiltins.table[operation] {
      if ScriptBuiltins.nesting.contains(operation) { try countNestings(arguments.dropFirst()) }
      if let value = try builtin(self, arguments) { return value }
    }
    if operation == "aten::tensor" || operation == "aten::as_tensor", let first = arguments.first {
      return try tensor(
        of: first, type: keywords.first { $0.name == "dtype" }?.value ?? ScriptBuiltins.given(arguments, 1))
    }
    var name = operation
    if let known = ScriptBuiltins.otherNames[name] { name = known }
    if keywords.isEmpty, try !arguments.contains(where: { try $0.holdsTensor() }),
      let value = try numbers(String(name.drop { $0 != ":" }.dropFirst(2)), arguments)
    {
      return value
    }
    var positional = try arguments.map { try $0.argument() }
    let named = try keywords.map { (name: $0.name, value: try $0.value.argument()) }
    let place = nodePlace(String(name.drop { $0 != ":" }.dropFirst(2)))
    if name == "aten::_convolution_mode", positional.count > 1, case .tensor(let weight) = positional[1] {
      name = "aten::conv\(try builder.rank(of: weight.value) - 2)d"
    }
    try takeNumbers(name, &positional, named)
    let results = try builder.perform(name, overload: nil, positional, keyword: named, at: place)
    switch results.count {
    case 0: return .none
    case 1: return ScriptValue(results[0])
    default: return .tuple(results.map { ScriptValue($0) }, fields: [])
    }
  }

  /// Passes tensors without extents as the numbers that they hold, if the operator takes numbers there.
  private func takeNumbers(
    _ name: String, _ arguments: inout [AtenValue], _ keywords: [(name: String, value: AtenValue)]
  ) throws {
    var base = name
    if AtenDeclarations.all[base] == nil, base.hasSuffix("_") { base.removeLast() }
    guard AtenDeclarations.all[base] != nil,
      AtenDeclarations.call(base, overload: nil, positional: arguments, keyword: keywords) == nil
    else { return }
    let numbers = try arguments.map { argument -> AtenValue in
      guard case .tensor(let tensor) = argument else { return argument }
      let id = try builder.read(tensor)
      return try builder.shape(of: id).isEmpty ? builder.number(id) : argument
    }
    guard AtenDeclarations.call(base, overload: nil, positional: numbers, keyword: keywords) != nil else { return }
    arguments = numbers
  }

  /// Computes with numbers: now if they are known, else by nodes of the graph.
  /// - Returns: `nil` if the operator is not one on numbers.
  private func numbers(_ operation: String, _ arguments: [ScriptValue]) throws -> ScriptValue? {
    var values: [AtenValue] = []
    for argument in arguments {
      guard case .plain(let value) = argument else { return nil }
      values.append(value)
    }
    let isOpen = values.contains { if case .scalar = $0 { true } else { false } }
    guard isOpen else { return try ScriptArithmetic.value(operation, values).map { .plain($0) } }
    return try openNumber(operation, values)
  }

  /// Arithmetic with a number that only a run knows.
  private func openNumber(_ operation: String, _ values: [AtenValue]) throws -> ScriptValue? {
    guard let name = ScriptArithmetic.graphNames[operation] else { return nil }
    if values.count == 2, isSame(values[0], values[1]) {
      switch operation {
      case "eq", "le", "ge": return .plain(.bool(true))
      case "ne", "lt", "gt": return .plain(.bool(false))
      default: break
      }
    }
    let results = try builder.perform(name, overload: nil, values, at: nodePlace(operation))
    return results.first.map { ScriptValue($0) }
  }

  /// True if two numbers are the same in every run: the same value, or the same free extent.
  private func isSame(_ a: AtenValue, _ b: AtenValue) -> Bool {
    guard case .scalar(let first) = a, case .scalar(let second) = b else { return false }
    if first == second { return true }
    guard let contents = builder.knowledge(of: first).contents, contents.count == 1, case .symbol = contents[0] else {
      return false
    }
    return builder.knowledge(of: second).contents == contents
  }

  /// Whether two lists hold the same numbers, as far as that is known before a run.
  func listsAgree(_ a: [ScriptValue], _ b: [ScriptValue]) throws -> AtenValue {
    guard a.count == b.count else { return .bool(false) }
    var open: [AtenValue] = []
    for (first, second) in zip(a, b) {
      if case .plain(let x) = first, case .plain(let y) = second, !x.isTensor, !y.isTensor,
        let outcome = try numbers("eq", [first, second]), case .plain(let flag) = outcome
      {
        if case .bool(let known) = flag {
          if !known { return .bool(false) }
        } else {
          open.append(flag)
        }
      } else if try !ScriptBuiltins.isEqual(first, second) {
        return .bool(false)
      }
    }
    guard var result = open.first else { return .bool(true) }
    for flag in open.dropFirst() {
      guard case .plain(let joined)? = try openNumber("__and__", [result, flag]) else { return .bool(false) }
      result = joined
    }
    return result
  }

  // MARK: Conversions

  /// `torch.tensor(…)` of a number or of nested lists of numbers.
  private func tensor(of value: ScriptValue, type: ScriptValue?) throws -> ScriptValue {
    if case .plain(.tensor) = value { return value }
    var numbers: [AtenValue] = []
    var shape: [Int] = []
    func visit(_ value: ScriptValue, _ depth: Int) throws {
      if let items = value.items {
        if shape.count == depth { shape.append(items.count) }
        guard depth < 16, shape[depth] == items.count else {
          throw ConversionError(.badInput, "a tensor of lists of different lengths")
        }
        for item in items { try visit(item, depth + 1) }
      } else if case .plain(let number) = value, number.isNumber, shape.count == depth {
        numbers.append(number)
      } else {
        throw ConversionError(.unsupported, "a tensor of \(value.kind)")
      }
    }
    try visit(value, 0)
    var element = numbers.contains { if case .float = $0 { true } else { false } } ? ElementType.float32 : .int64
    if !numbers.isEmpty, numbers.allSatisfy({ if case .bool = $0 { true } else { false } }) { element = .bool }
    if numbers.isEmpty { element = .float32 }
    if case .plain(let type)? = type {
      let call = AtenCall(name: "aten::tensor", overload: "", arguments: ["dtype": type])
      element = try call.elementType("dtype") ?? element
    } else if case .scalar(let id)? = numbers.first(where: { $0.number == nil }) {
      element = try builder.elementType(of: id)
    }
    if numbers.allSatisfy({ $0.number != nil }) {
      let isWhole = numbers.allSatisfy { $0.integer != nil }
      let tensor =
        isWhole
        ? try Tensor(numbers.compactMap { $0.integer.map(Int64.init) }, shape: shape).converted(to: element)
        : try Tensor(numbers.compactMap(\.number), shape: shape).converted(to: element)
      return .plain(.tensor(AtenTensor(builder.add(tensor, hint: nodePlace("tensor").node))))
    }
    let parts = try numbers.map { number in
      try builder.apply(Reshape(), builder.number(number, as: element), builder.ints([1]))
    }
    let joined = parts.count == 1 ? parts[0] : try builder.apply(Concatenation(axis: 0), to: parts, count: 1)[0]
    return .plain(.tensor(AtenTensor(try builder.apply(Reshape(), joined, builder.ints(shape)))))
  }

  /// The number that a tensor of one element holds.
  func number(of tensor: AtenTensor) throws -> AtenValue {
    let id = try builder.read(tensor)
    let shape = try builder.shape(of: id)
    if let constant = builder.knowledge(of: id).constant, constant.count == 1 { return try builder.number(id) }
    if shape.isEmpty { return try builder.number(id) }
    return .scalar(try builder.apply(Reshape(), id, builder.ints([])))
  }

  /// The integer of a number, cut off.
  func integer(_ value: AtenValue) throws -> AtenValue {
    switch value {
    case .scalar(let id): return try builder.number(builder.cast(id, to: .int64))
    case .string(let text):
      guard let number = Int(text) else { throw ConversionError(.badInput, "\(text.quoted) is no integer") }
      return .int(number)
    case .float(let number):
      guard let whole = Int(exactly: number.rounded(.towardZero)) else {
        throw ConversionError(.badInput, "\(number) is no integer")
      }
      return .int(whole)
    default:
      guard let number = value.integer else { throw ConversionError(.unsupported, "'int' of \(value.kind)") }
      return .int(number)
    }
  }

  /// The real number of a number.
  func real(_ value: AtenValue) throws -> AtenValue {
    switch value {
    case .scalar(let id): return try builder.number(builder.floating(id))
    case .string(let text):
      guard let number = Double(text) else { throw ConversionError(.badInput, "\(text.quoted) is no number") }
      return .float(number)
    default:
      guard let number = value.number else { throw ConversionError(.unsupported, "'float' of \(value.kind)") }
      return .float(number)
    }
  }

  /// The flag of a number or tensor.
  func flag(_ value: ScriptValue) throws -> AtenValue {
    switch value {
    case .plain(.tensor(let tensor)): return try flag(.plain(number(of: tensor)))
    case .plain(.scalar(let id)): return try builder.number(builder.cast(id, to: .bool))
    case .plain(let plain):
      guard let number = plain.number else { throw ConversionError(.unsupported, "\(plain.kind) as a condition") }
      return .bool(number != 0)
    default: throw ConversionError(.unsupported, "\(value.kind) as a condition")
    }
  }

  // MARK: Inputs of unknown shape

  /// What a call says of an input whose shape is to be found out.
  /// - Returns: a stand-in for the result; `nil` if no such input is among the arguments.
  /// - Throws: ``OpenInput`` if the call tells the shape.
  private func openOutcome(_ operation: String, _ arguments: [ScriptValue]) throws -> ScriptValue? {
    guard !openInputs.isEmpty else { return nil }
    for (place, argument) in arguments.enumerated() {
      guard case .plain(.tensor(let tensor)) = argument, let index = openInputs[ObjectIdentifier(tensor)] else {
        continue
      }
      let values = arguments.map { value -> Tensor? in
        guard case .plain(.tensor(let tensor)) = value, openInputs[ObjectIdentifier(tensor)] == nil else { return nil }
        return builder.constant(tensor.value)
      }
      if let type = ScriptInputs.type(operation, at: place, arguments, values) {
        throw OpenInput(index: index, type: type)
      }
      guard ScriptInputs.keepsShape.contains(operation) else {
        throw ConversionError(.unsupported, "the input's shape does not follow from \(operation)")
      }
      return argument
    }
    return nil
  }
}
