import CNNGraphs
import CNNOperators
import CNNTensors

extension ScriptBuiltins {
  /// A tensor among the arguments, and the value that stands for it.
  private static func tensor(_ interpreter: ScriptInterpreter, _ arguments: [ScriptValue]) throws -> ValueID? {
    guard case .plain(.tensor(let tensor))? = arguments.first else { return nil }
    return try interpreter.builder.read(tensor)
  }

  /// What a program asks of a tensor's type and shape.
  static let sizes: [String: Builtin] = [
    "aten::dim": { interpreter, arguments in
      try tensor(interpreter, arguments).map { .plain(.int(try interpreter.builder.rank(of: $0))) }
    },
    "aten::ndimension": { interpreter, arguments in
      try tensor(interpreter, arguments).map { .plain(.int(try interpreter.builder.rank(of: $0))) }
    },
    "aten::size": { interpreter, arguments in
      guard let id = try tensor(interpreter, arguments) else { return nil }
      if arguments.count > 1 {
        return .plain(try interpreter.builder.extent(integer(arguments[1]), of: id))
      }
      return .list(try interpreter.builder.extents(of: id).map { .plain($0) })
    },
    "aten::numel": { interpreter, arguments in
      guard let id = try tensor(interpreter, arguments) else { return nil }
      if let shape = interpreter.builder.fixedShape(of: id) { return .plain(.int(shape.reduce(1, &*))) }
      return .plain(try interpreter.builder.number(interpreter.builder.apply(Size(), id)))
    },
    "prim::dtype": { interpreter, arguments in
      guard let id = try tensor(interpreter, arguments) else { return nil }
      let type = try interpreter.builder.elementType(of: id)
      guard let number = (0..<64).first(where: { ElementType(torchScriptNumber: $0) == type }) else { return nil }
      return .plain(.int(number))
    },
    "aten::is_floating_point": { interpreter, arguments in
      try tensor(interpreter, arguments).map {
        .plain(.bool(try interpreter.builder.elementType(of: $0).isFloatingPoint))
      }
    },
    "aten::is_complex": { interpreter, arguments in
      guard let id = try tensor(interpreter, arguments) else { return nil }
      let type = try interpreter.builder.elementType(of: id)
      return .plain(.bool(type == .complex64 || type == .complex128))
    },
  ]

  /// Numbers of tensors, and tensors of numbers.
  static let conversions: [String: Builtin] = [
    "aten::Int": { interpreter, arguments in
      guard let value = try number(interpreter, arguments) else { return nil }
      return .plain(try interpreter.integer(value))
    },
    "aten::Float": { interpreter, arguments in
      guard let value = try number(interpreter, arguments) else { return nil }
      return .plain(try interpreter.real(value))
    },
    "aten::Bool": { interpreter, arguments in
      try arguments.first.map { .plain(try interpreter.flag($0)) }
    },
    "aten::item": { interpreter, arguments in try number(interpreter, arguments).map { .plain($0) } },
    "aten::IntImplicit": { interpreter, arguments in try number(interpreter, arguments).map { .plain($0) } },
    "aten::FloatImplicit": { interpreter, arguments in try number(interpreter, arguments).map { .plain($0) } },
    "aten::ScalarImplicit": { interpreter, arguments in try number(interpreter, arguments).map { .plain($0) } },
  ]

  private static func number(_ interpreter: ScriptInterpreter, _ arguments: [ScriptValue]) throws -> AtenValue? {
    switch arguments.first {
    case .plain(.tensor(let tensor))?: try interpreter.number(of: tensor)
    case .plain(let value)?: value
    default: nil
    }
  }
}
