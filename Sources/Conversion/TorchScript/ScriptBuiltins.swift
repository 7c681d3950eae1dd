import CNNGraphs
import CNNTensors

/// Operators of TorchScript that are no computations on tensors: on lists, texts and sizes, and those that mean nothing
/// for a graph.
enum ScriptBuiltins {
  /// Does it; `nil` if the arguments are of another kind, which concerns tensors or numbers.
  typealias Builtin = @Sendable (ScriptInterpreter, [ScriptValue]) throws -> ScriptValue?

  /// All by name.
  static let table: [String: Builtin] = [values, containers, sizes, conversions, ignored].reduce(into: [:]) {
    $0.merge($1) { first, _ in first }
  }

  /// Those that put what they are given into the first of their arguments.
  static let nesting: Set<String> = ["aten::append", "aten::insert", "aten::_set_item", "aten::extend", "aten::add_"]

  /// Texts are for messages and choices; none has more bytes.
  static let textLimit = 1 << 14

  /// Names of the language for operators of numbers and tensors.
  static let otherNames: [String: String] = [
    "aten::__and__": "aten::bitwise_and", "aten::__or__": "aten::bitwise_or", "aten::__xor__": "aten::bitwise_xor",
    "aten::__iand__": "aten::bitwise_and_", "aten::__ior__": "aten::bitwise_or_", "prim::min": "aten::min",
    "prim::max": "aten::max", "prim::abs": "aten::abs", "aten::multiply": "aten::mul", "aten::divide": "aten::div",
    "aten::subtract": "aten::sub", "aten::multiply_": "aten::mul_", "aten::divide_": "aten::div_",
    "aten::subtract_": "aten::sub_", "aten::floordiv": "aten::floordiv", "aten::__interpolate": "aten::interpolate",
  ]

  /// Calls that change nothing of what is computed.
  private static let ignored: [String: Builtin] = {
    var table: [String: Builtin] = [:]
    for name in ["aten::warn", "prim::Print", "aten::manual_seed", "prim::RaiseExceptionOnFalse"] {
      table[name] = { _, _ in ScriptValue.none }
    }
    return table
  }()

  /// What an operator is given, by its place; `nil` for `None` and what is left out.
  static func given(_ arguments: [ScriptValue], _ index: Int) -> ScriptValue? {
    index < arguments.count && !arguments[index].isNone ? arguments[index] : nil
  }

  /// An integer that is known now.
  static func integer(_ value: ScriptValue) throws -> Int {
    guard case .plain(let plain) = value else { throw ConversionError(.unsupported, "an integer is \(value.kind)") }
    guard let integer = plain.integer else { throw ConversionError(.unsupported, "an integer is \(plain.kind)") }
    return integer
  }

  private static let values: [String: Builtin] = [
    "aten::__is__": { _, arguments in .plain(.bool(try isSame(arguments))) },
    "aten::__isnot__": { _, arguments in .plain(.bool(try !isSame(arguments))) },
    "aten::__not__": { interpreter, arguments in
      guard arguments.count == 1 else { return nil }
      let flag = try interpreter.flag(arguments[0])
      return if case .bool(let known) = flag { .plain(.bool(!known)) } else { nil }
    },
    "prim::RaiseException": { interpreter, arguments in throw interpreter.raised(arguments.first ?? .none) },
    "prim::unchecked_unwrap_optional": { _, arguments in arguments.first },
    "aten::_unwrap_optional": { _, arguments in
      guard let value = arguments.first, !value.isNone else {
        throw ConversionError(.badInput, "a value that is None is taken for one that is not")
      }
      return value
    },
    "prim::NumToTensor": { interpreter, arguments in
      guard case .plain(let value)? = arguments.first, value.isNumber else { return nil }
      return .plain(.tensor(AtenTensor(try interpreter.builder.numberTensor(value))))
    },
    "prim::data": { _, arguments in arguments.first },
    "prim::requires_grad": { _, _ in .plain(.bool(false)) },
    "prim::is_cuda": { _, _ in .plain(.bool(false)) },
    "prim::is_quantized": { _, _ in .plain(.bool(false)) },
    "prim::is_sparse": { _, _ in .plain(.bool(false)) },
    "prim::is_mkldnn": { _, _ in .plain(.bool(false)) },
    "prim::is_nested": { _, _ in .plain(.bool(false)) },
    "prim::is_xpu": { _, _ in .plain(.bool(false)) },
    "prim::is_meta": { _, _ in .plain(.bool(false)) },
    "aten::is_inference_mode_enabled": { _, _ in .plain(.bool(false)) },
    "aten::is_deterministic_algorithms_warn_only_enabled": { _, _ in .plain(.bool(false)) },
    "prim::device": { _, _ in .plain(.setting("cpu")) },
    "prim::layout": { _, _ in .plain(.setting("strided")) },
    "prim::type": { _, _ in .plain(.string("cpu")) },
    "aten::device": { _, arguments in
      guard case .plain(.string(let name))? = arguments.first else { return nil }
      return .plain(.setting(name))
    },
    "aten::is_scripting": { _, _ in .plain(.bool(true)) },
    "aten::is_grad_enabled": { _, _ in .plain(.bool(false)) },
    "aten::is_autocast_enabled": { _, _ in .plain(.bool(false)) },
    "aten::is_autocast_cpu_enabled": { _, _ in .plain(.bool(false)) },
    "aten::format": { _, arguments in
      guard case .plain(.string(let form))? = arguments.first else { return nil }
      var rest = arguments.dropFirst()
      var text = ""
      for (index, part) in form.split(separator: "{}", omittingEmptySubsequences: false).enumerated() {
        if index > 0 { text += rest.popFirst().map(words) ?? "" }
        text += part
      }
      return .plain(.string(String(text.prefix(textLimit))))
    },
    "aten::str": { _, arguments in arguments.first.map { .plain(.string(words($0))) } },
    "aten::lower": { _, arguments in
      guard case .plain(.string(let text))? = arguments.first else { return nil }
      return .plain(.string(text.lowercased()))
    },
  ]

  private static func isSame(_ arguments: [ScriptValue]) throws -> Bool {
    guard arguments.count == 2 else { throw ConversionError(.badInput, "'is' of \(arguments.count) values") }
    if arguments[0].isNone || arguments[1].isNone {
      for case .undefined in arguments { throw ConversionError(.badInput, "a value that was never set is looked at") }
      return arguments[0].isNone && arguments[1].isNone
    }
    switch (arguments[0], arguments[1]) {
    case (.plain(.tensor(let a)), .plain(.tensor(let b))): return a === b
    case (.object(let a), .object(let b)): return a === b
    case (.list(let a), .list(let b)): return a === b
    case (.plain(let a), .plain(let b)):
      guard case .bool(let same)? = try ScriptArithmetic.value("eq", [a, b]) else { break }
      return same
    default: break
    }
    throw ConversionError(.unsupported, "'is' of \(arguments[0].kind) and \(arguments[1].kind)")
  }

  /// A value in a text.
  static func words(_ value: ScriptValue) -> String { words(value, depth: 0) }

  private static func words(_ value: ScriptValue, depth: Int) -> String {
    func list(_ items: [ScriptValue]) -> String {
      depth < 3 ? items.prefix(16).map { words($0, depth: depth + 1) }.joined(separator: ", ") : "…"
    }
    return switch value {
    case .plain(.string(let text)), .plain(.setting(let text)): text
    case .plain(.int(let number)): "\(number)"
    case .plain(.float(let number)): "\(number)"
    case .plain(.bool(let flag)): flag ? "True" : "False"
    case .plain(.none): "None"
    case .list(let items): "[\(list(items.items))]"
    case .tuple(let items, _): "(\(list(items)))"
    default: value.kind
    }
  }
}
