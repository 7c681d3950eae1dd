import CNNGraphs

extension ScriptBuiltins {
  /// A list that the program makes has no more elements.
  private static let lengthLimit = 1 << 20

  /// Lists, tuples, dictionaries and texts.
  static let containers: [String: Builtin] = [
    "aten::len": { interpreter, arguments in
      switch arguments.first {
      case .list(let list)?: .plain(.int(list.items.count))
      case .tuple(let items, _)?: .plain(.int(items.count))
      case .dictionary(let dictionary)?: .plain(.int(dictionary.pairs.count))
      case .plain(.string(let text))?: .plain(.int(text.count))
      case .plain(.tensor(let tensor))?:
        .plain(try interpreter.builder.extent(0, of: interpreter.builder.read(tensor)))
      default: nil
      }
    },
    "aten::append": { _, arguments in
      guard arguments.count == 2, case .list(let list) = arguments[0] else { return nil }
      try list.change { items in
        guard items.count < lengthLimit else { throw tooLong }
        items.append(arguments[1])
      }
      return arguments[0]
    },
    "aten::extend": { _, arguments in
      guard arguments.count == 2, case .list(let list) = arguments[0], let more = arguments[1].items else { return nil }
      try extend(list, by: more)
      return ScriptValue.none
    },
    "aten::insert": { _, arguments in
      guard arguments.count == 3, case .list(let list) = arguments[0] else { return nil }
      let place = try integer(arguments[1])
      try list.change { items in
        let place = place < 0 ? max(0, items.count &+ place) : min(place, items.count)
        guard items.count < lengthLimit else { throw tooLong }
        items.insert(arguments[2], at: place)
      }
      return ScriptValue.none
    },
    "aten::pop": { interpreter, arguments in
      guard case .list(let list)? = arguments.first else { return nil }
      let place = try interpreter.place(given(arguments, 1) ?? .plain(.int(-1)), among: list.items.count)
      let value = list.items[place]
      try list.change { $0.remove(at: place) }
      return value
    },
    "aten::clear": { _, arguments in
      guard case .list(let list)? = arguments.first else { return nil }
      try list.change { $0.removeAll() }
      return ScriptValue.none
    },
    "aten::reverse": { _, arguments in
      guard case .list(let list)? = arguments.first else { return nil }
      try list.change { $0.reverse() }
      return ScriptValue.none
    },
    "aten::_set_item": { interpreter, arguments in
      guard arguments.count == 3 else { return nil }
      switch arguments[0] {
      case .list(let list):
        let place = try interpreter.place(arguments[1], among: list.items.count)
        try list.change { $0[place] = arguments[2] }
        return arguments[0]
      case .dictionary(let dictionary):
        try dictionary.set(arguments[2], at: ScriptDictionary.Key(arguments[1]))
        return ScriptValue.none
      default: return nil
      }
    },
    "aten::__getitem__": { interpreter, arguments in
      guard arguments.count == 2, let items = arguments[0].items else { return nil }
      return items[try interpreter.place(arguments[1], among: items.count)]
    },
    "aten::__contains__": { _, arguments in
      guard arguments.count == 2 else { return nil }
      switch arguments[0] {
      case .dictionary(let dictionary): return .plain(.bool(dictionary[try ScriptDictionary.Key(arguments[1])] != nil))
      case .list, .tuple:
        return .plain(.bool(try arguments[0].items?.contains { try isEqual($0, arguments[1]) } ?? false))
      case .plain(.string(let text)):
        guard case .plain(.string(let part)) = arguments[1] else { return nil }
        return .plain(.bool(text.contains(part)))
      default: return nil
      }
    },
    "aten::keys": { _, arguments in
      guard case .dictionary(let dictionary)? = arguments.first else { return nil }
      return .list(dictionary.pairs.map(\.key.value))
    },
    "aten::values": { _, arguments in
      guard case .dictionary(let dictionary)? = arguments.first else { return nil }
      return .list(dictionary.pairs.map(\.value))
    },
    "aten::items": { _, arguments in
      guard case .dictionary(let dictionary)? = arguments.first else { return nil }
      return .list(dictionary.pairs.map { .tuple([$0.key.value, $0.value], fields: []) })
    },
    "aten::get": { _, arguments in
      guard arguments.count >= 2, case .dictionary(let dictionary) = arguments[0] else { return nil }
      return dictionary[try ScriptDictionary.Key(arguments[1])]
        ?? (arguments.count > 2 ? arguments[2] : ScriptValue.none)
    },
    "aten::dict": { _, _ in .dictionary(ScriptDictionary()) },
    "aten::list": { _, arguments in
      guard let first = arguments.first else { return nil }
      if case .plain(.string(let text)) = first { return .list(text.map { .plain(.string(String($0))) }) }
      return first.items.map { ScriptValue.list($0) }
    },
    "aten::slice": { _, arguments in
      guard let items = arguments.first?.items else { return nil }
      return .list(try slice(items, arguments))
    },
    "aten::copy": { _, arguments in arguments.first?.items.map { ScriptValue.list($0) } },
    "aten::add": { _, arguments in
      guard arguments.count == 2, let a = arguments[0].items, let b = arguments[1].items else { return nil }
      guard a.count + b.count <= lengthLimit else { throw tooLong }
      return .list(a + b)
    },
    "aten::add_": { _, arguments in
      guard arguments.count == 2, case .list(let list) = arguments[0], let more = arguments[1].items else { return nil }
      try extend(list, by: more)
      return arguments[0]
    },
    "aten::mul": { _, arguments in
      guard arguments.count == 2, let items = arguments[0].items else { return nil }
      let times = max(0, try integer(arguments[1]))
      guard items.count.saturatingMultiplied(by: times) <= lengthLimit else { throw tooLong }
      return .list((0..<times).flatMap { _ in items })
    },
    "aten::eq": { interpreter, arguments in
      guard arguments.count == 2, let a = arguments[0].items, let b = arguments[1].items else { return nil }
      return .plain(try interpreter.listsAgree(a, b))
    },
    "aten::ne": { interpreter, arguments in
      guard arguments.count == 2, let a = arguments[0].items, let b = arguments[1].items else { return nil }
      return try interpreter.perform("aten::__not__", [.plain(interpreter.listsAgree(a, b))], [])
    },
    "aten::range": { _, _ in nil },
    "prim::min": { _, arguments in try extreme(arguments, "min") },
    "prim::max": { _, arguments in try extreme(arguments, "max") },
    "aten::sum": { _, arguments in
      guard arguments.count == 1, let items = arguments[0].items, try !arguments[0].holdsTensor() else { return nil }
      return try items.reduce(.plain(.int(0))) { sum, item in try combined(sum, item, "add") }
    },
  ]

  private static let tooLong = ConversionError(.limit, "a list of the program has more than \(lengthLimit) elements")

  private static func extend(_ list: ScriptList, by more: [ScriptValue]) throws {
    try list.change { items in
      guard items.count + more.count <= lengthLimit else { throw tooLong }
      items += more
    }
  }

  /// The least or greatest of the numbers in a list.
  private static func extreme(_ arguments: [ScriptValue], _ operation: String) throws -> ScriptValue? {
    guard arguments.count == 1, let items = arguments[0].items, let first = items.first else { return nil }
    return try items.dropFirst().reduce(first) { best, item in try combined(best, item, operation) }
  }

  private static func combined(_ a: ScriptValue, _ b: ScriptValue, _ operation: String) throws -> ScriptValue {
    guard case .plain(let first) = a, case .plain(let second) = b,
      let value = try ScriptArithmetic.value(operation, [first, second])
    else { throw ConversionError(.unsupported, "'\(operation)' of \(a.kind) and \(b.kind)") }
    return .plain(value)
  }

  /// Whether two values that are known are equal.
  static func isEqual(_ a: ScriptValue, _ b: ScriptValue, depth: Int = 0) throws -> Bool {
    try ScriptValue.check(depth)
    if let first = a.items, let second = b.items {
      return try first.count == second.count && zip(first, second).allSatisfy { try isEqual($0, $1, depth: depth + 1) }
    }
    if case .plain(let first) = a, case .plain(let second) = b, !first.isTensor, !second.isTensor {
      if let value = try ScriptArithmetic.value("eq", [first, second]), case .bool(let isEqual) = value {
        return isEqual
      }
      switch (first, second) {
      case (.scalar, _), (_, .scalar): break
      default: return false
      }
    }
    throw ConversionError(.unsupported, "whether \(a.kind) and \(b.kind) are equal is not known")
  }

  /// `items[start:end:step]`
  private static func slice(_ items: [ScriptValue], _ arguments: [ScriptValue]) throws -> [ScriptValue] {
    func bound(_ index: Int, _ value: Int) throws -> Int {
      guard let given = given(arguments, index) else { return value }
      let number = try integer(given)
      return min(max(number < 0 ? number &+ items.count : number, 0), items.count)
    }
    let step = try given(arguments, 3).map(integer) ?? 1
    guard step > 0 else { throw ConversionError(.unsupported, "a part of a list with step \(step)") }
    let (start, end) = (try bound(1, 0), try bound(2, items.count))
    return stride(from: start, to: max(start, end), by: step).map { items[$0] }
  }
}
