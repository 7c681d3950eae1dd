import CNNGraphs
import CNNTensors

extension Recipe {
  static let elementwise: [Recipe] =
    [
      "Sqrt", "Exp", "Log", "Sin", "Cos", "Tan", "Sinh", "Cosh", "Asin", "Acos", "Atan", "Asinh", "Acosh", "Atanh",
      "Erf", "Reciprocal",
    ].map { name in unary(name, .floats, weight: 2) }
    + [
      unary("Abs", .numbers, moves: true), unary("Neg", .floats + [.int8, .int32, .int64, .int16], moves: true),
      unary("Identity", .all, moves: true), unary("Not", [.bool]), unary("BitwiseNot", .integers),
      jumping("Sign", .numbers), jumping("Floor", .floats), jumping("Ceil", .floats), jumping("Round", .floats),
      jumping("IsNaN", .floats), jumping("IsInf", .floats),
      binary("Add", .numbers, weight: 8, isLayer: true), binary("Mul", .numbers, weight: 8, isLayer: true),
      binary("Sub", .numbers, weight: 5, isLayer: true), divide, power, modulo, shift,
      binary("And", [.bool]), binary("Or", [.bool]), binary("Xor", [.bool]),
      binary("BitwiseAnd", .integers), binary("BitwiseOr", .integers), binary("BitwiseXor", .integers),
      comparison("Equal", .all), comparison("Greater", .numbers), comparison("Less", .numbers),
      comparison("GreaterOrEqual", .numbers), comparison("LessOrEqual", .numbers),
      variadic("Max", .numbers, moves: true), variadic("Min", .numbers, moves: true),
      variadic("Sum", .floats), variadic("Mean", .floats), select, clip, cast, castLike, bitCast,
    ]

  /// An operator of one operand, element by element.
  static func unary(
    _ name: String, _ types: [ElementType], weight: Int = 4, isLayer: Bool = false, moves: Bool = false,
    isExact: Bool = false, _ attributes: @escaping @Sendable (inout GraphDrawing) -> [String: Attribute] = { _ in [:] }
  ) -> Recipe {
    Recipe(name, weight: weight, isLayer: isLayer) { drawing in
      let x = try drawing.operand(
        types, isExact: isExact, new: { $0.flavour == .network ? $0.imageShape() : $0.shape() })
      try drawing.apply(name, [x], attributes(&drawing), moves: moves)
    }
  }

  /// An operator of one operand whose results jump.
  static func jumping(
    _ name: String, _ types: [ElementType],
    _ attributes: @escaping @Sendable (inout GraphDrawing) -> [String: Attribute] = { _ in [:] }
  ) -> Recipe { unary(name, types, moves: true, isExact: true, attributes) }

  private static func binary(
    _ name: String, _ types: [ElementType], weight: Int = 4, isLayer: Bool = false, moves: Bool = false,
    isExact: Bool = false
  ) -> Recipe {
    Recipe(name, weight: weight, isLayer: isLayer) { drawing in
      let (a, b) = try drawing.pair(types, isExact: isExact)
      try drawing.apply(name, [a, b], moves: moves)
    }
  }

  private static func comparison(_ name: String, _ types: [ElementType]) -> Recipe {
    binary(name, types, weight: 3, isExact: true)
  }

  private static func variadic(_ name: String, _ types: [ElementType], moves: Bool = false) -> Recipe {
    Recipe(name) { drawing in
      let first = try drawing.operand(types)
      var operands = [first]
      for _ in 0..<drawing.choices.below(3) {
        let shape = drawing.choices.chance(0.5) ? first.shape : drawing.broadcastable(to: first.shape)
        operands.append(try drawing.operand([first.type], { $0 == shape }, new: { _ in shape }))
      }
      try drawing.apply(name, operands, moves: moves)
    }
  }

  private static let divide = Recipe("Div", weight: 4, isLayer: true) { drawing in
    let (a, b) = try drawing.pair(.numbers)
    if b.type.isInteger, drawing.flavour != .wild {
      let divisor = try drawing.number(Double(drawing.choices.pick([2, 1, 3])), a.type)
      try drawing.apply("Div", [a, divisor])
    } else {
      try drawing.apply("Div", [a, b])
    }
  }

  private static let power = Recipe("Pow") { drawing in
    let base = try drawing.operand(.singles + [.int32, .int64, .float16])
    if drawing.choices.chance(0.6) {
      let type = drawing.choices.pick([base.type, .float32, .int64, .int32])
      let exponent = try drawing.number(drawing.choices.pick([2, 1, 0, 3, 0.5, -1, -2]), type)
      try drawing.apply("Pow", [base, exponent])
    } else {
      let shape = drawing.broadcastable(to: base.shape)
      try drawing.apply("Pow", [base, try drawing.fresh(base.type, shape)])
    }
  }

  private static let modulo = Recipe("Mod") { drawing in
    let a = try drawing.operand(.numbers, isExact: true)
    let shape = drawing.broadcastable(to: a.shape)
    let b =
      drawing.flavour == .wild && a.type.isFloatingPoint
      ? try drawing.fresh(a.type, shape)
      : try drawing.number(Double(drawing.choices.pick([3, 2, 5, 7])), a.type)
    let truncates = a.type.isFloatingPoint || drawing.choices.chance(0.5)
    try drawing.apply("Mod", [a, b], ["fmod": .flag(truncates)], moves: true)
  }

  private static let shift = Recipe("BitShift") { drawing in
    let a = try drawing.operand([.uint8, .uint16, .uint32, .uint64])
    let b = try drawing.operand([a.type], { $0 == a.shape }, new: { _ in a.shape })
    try drawing.apply("BitShift", [a, b], ["direction": .text(drawing.choices.pick(["LEFT", "RIGHT"]))])
  }

  private static let select = Recipe("Where") { drawing in
    let (a, b) = try drawing.pair(.all)
    let shape = drawing.broadcastable(to: a.shape.count >= b.shape.count ? a.shape : b.shape)
    let condition = try drawing.operand([.bool], { $0 == shape }, new: { _ in shape })
    try drawing.apply("Where", [condition, a, b], moves: true)
  }

  private static let clip = Recipe("Clip", isLayer: true) { drawing in
    let x = try drawing.operand(.numbers)
    let bounds = [-1.0, 1.5].map { bound -> Double? in drawing.choices.chance(0.8) ? bound : nil }
    var arguments: [DrawnValue?] = [x]
    for bound in bounds {
      let isSmall = x.type.isInteger && bound == -1
      if drawing.flavour == .wild, drawing.choices.chance(0.5) {
        arguments.append(try drawing.fresh(x.type, []))
      } else {
        arguments.append(try bound.map { try drawing.number(isSmall ? 1 : $0 * (x.type.isInteger ? 2 : 1), x.type) })
      }
    }
    try drawing.apply("Clip", arguments, moves: true)
  }

  private static let cast = Recipe("Cast", weight: 6) { drawing in
    let target = drawing.choices.pick(.floats + .integers + [.bool])
    let x = try drawing.operand(.numbersAndTruths, isExact: !target.isFloatingPoint)
    try drawing.apply(
      "Cast", [x], ["to": .int(target.onnxNumber)], moves: x.type == target || !x.type.isFloatingPoint || x.isExact)
  }

  private static let castLike = Recipe("CastLike", weight: 2) { drawing in
    let target = try drawing.operand(.floats + [.int32, .bool])
    let x = try drawing.operand(.numbersAndTruths, isExact: !target.type.isFloatingPoint)
    try drawing.apply("CastLike", [x, target], moves: x.isExact)
  }

  private static let bitCast = Recipe("BitCast", weight: 1) { drawing in
    let x = try drawing.operand([.float32, .int32, .uint32], isExact: true)
    try drawing.apply("BitCast", [x], ["to": .int(ElementType.int32.onnxNumber)], moves: true)
  }
}

extension GraphDrawing {
  /// Two operands of one type that can be broadcast to one another.
  mutating func pair(_ types: [ElementType], isExact: Bool = false) throws -> (DrawnValue, DrawnValue) {
    let a = try operand(types, isExact: isExact, new: { $0.flavour == .network ? $0.imageShape() : $0.shape() })
    var shape = choices.chance(0.5) ? a.shape : broadcastable(to: a.shape)
    if flavour == .network, a.rank == 4, choices.chance(0.4) { shape = [a.shape[1], 1, 1] }
    let b = try operand([a.type], isExact: isExact, { $0 == shape }, new: { _ in shape })
    return choices.chance(0.3) ? (b, a) : (a, b)
  }
}

extension ElementType {
  /// ONNX's number of the type (`TensorProto.DataType`).
  var onnxNumber: Int {
    switch self {
    case .float32: 1
    case .uint8: 2
    case .int8: 3
    case .uint16: 4
    case .int16: 5
    case .int32: 6
    case .int64: 7
    case .string: 8
    case .bool: 9
    case .float16: 10
    case .float64: 11
    case .uint32: 12
    case .uint64: 13
    case .bfloat16: 16
    default: 0
    }
  }
}
