import CNNGraphs
import CNNOperators
import CNNTensors

/// Comparisons, logic, bits, and choices between two tensors.
enum AtenComparison {
  static let family = AtenOperators.Family(
    name: "Comparison",
    operators: AtenOperators.singles([
      "aten::eq": { try compare($0, &$1) { Equal() } },
      "aten::ne": { try $1.apply(LogicalNot(), compare($0, &$1) { Equal() }) },
      "aten::not_equal": { try $1.apply(LogicalNot(), compare($0, &$1) { Equal() }) },
      "aten::lt": { try compare($0, &$1) { Less() } }, "aten::less": { try compare($0, &$1) { Less() } },
      "aten::le": { try compare($0, &$1) { LessOrEqual() } },
      "aten::less_equal": { try compare($0, &$1) { LessOrEqual() } },
      "aten::gt": { try compare($0, &$1) { Greater() } }, "aten::greater": { try compare($0, &$1) { Greater() } },
      "aten::ge": { try compare($0, &$1) { GreaterOrEqual() } },
      "aten::greater_equal": { try compare($0, &$1) { GreaterOrEqual() } },
    ]).merging(
      AtenOperators.singles([
        "aten::logical_not": { try $1.apply(LogicalNot(), $1.cast($0.tensor("self", &$1), to: .bool)) },
        "aten::logical_and": { try logic($0, &$1) { LogicalAnd() } },
        "aten::logical_or": { try logic($0, &$1) { LogicalOr() } },
        "aten::logical_xor": { try logic($0, &$1) { LogicalXor() } },
        "aten::bitwise_not": { call, builder in
          let x = try call.tensor("self", &builder)
          let isFlag = try builder.elementType(of: x) == .bool
          return try isFlag ? builder.apply(LogicalNot(), x) : builder.apply(BitwiseNot(), x)
        },
        "aten::bitwise_and": { try bits($0, &$1, { BitwiseAnd() }, { LogicalAnd() }) },
        "aten::bitwise_or": { try bits($0, &$1, { BitwiseOr() }, { LogicalOr() }) },
        "aten::bitwise_xor": { try bits($0, &$1, { BitwiseXor() }, { LogicalXor() }) },
        "aten::__and__": { try bits($0, &$1, { BitwiseAnd() }, { LogicalAnd() }) },
        "aten::__or__": { try bits($0, &$1, { BitwiseOr() }, { LogicalOr() }) },
        "aten::__xor__": { try bits($0, &$1, { BitwiseXor() }, { LogicalXor() }) },
        "aten::isnan": { call, builder in
          let x = try builder.floating(call.tensor("self", &builder))
          return try builder.apply(IsNaN(), x)
        },
        "aten::isinf": { try $1.apply(IsInfinite(), $1.floating($0.tensor("self", &$1))) },
        "aten::isfinite": { call, builder in
          let x = try builder.floating(call.tensor("self", &builder))
          let isOther = try builder.apply(LogicalOr(), builder.apply(IsNaN(), x), builder.apply(IsInfinite(), x))
          return try builder.apply(LogicalNot(), isOther)
        },
        "aten::masked_fill": { call, builder in
          let x = try call.tensor("self", &builder)
          let type = try builder.elementType(of: x)
          let mask = try builder.cast(call.tensor("mask", &builder), to: .bool)
          return try builder.apply(Where(), mask, builder.number(call["value"], as: type), x)
        },
      ])
    ) { first, _ in first }.merging(AtenOperators.several(["aten::where": choose])) { first, _ in first })

  private static func compare(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ operation: () -> any Operator
  ) throws -> ValueID {
    var pair = try builder.promoted([call["self"], call["other"]])
    if try builder.elementType(of: pair[0]) == .bool, !(operation() is Equal) {
      pair = try pair.map { try builder.cast($0, to: .int32) }
    }
    return try builder.apply(operation(), pair[0], pair[1])
  }

  private static func logic(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ operation: () -> any Operator
  ) throws -> ValueID {
    let a = try builder.cast(call.tensor("self", &builder), to: .bool)
    let b = try builder.cast(call.tensor("other", &builder), to: .bool)
    return try builder.apply(operation(), a, b)
  }

  private static func bits(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ bits: () -> any Operator, _ flags: () -> any Operator
  ) throws -> ValueID {
    let pair = try builder.promoted([call["self"], call["other"]])
    return try builder.apply(builder.elementType(of: pair[0]) == .bool ? flags() : bits(), pair[0], pair[1])
  }

  /// One of two by a condition; without them, the places where it holds.
  @Sendable
  private static func choose(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    let condition = try builder.cast(call.tensor("condition", &builder), to: .bool)
    guard call.has("self") else {
      let rank = try builder.rank(of: condition)
      let places = try builder.apply(NonZero(), condition)
      let lists = try builder.apply(Split(axis: 0, partCount: rank), to: [places], count: rank)
      return [.list(try lists.map { .tensor(AtenTensor(try builder.squeeze($0, [0]))) })]
    }
    let pair = try builder.promoted([call["self"], call["other"]])
    return [.tensor(AtenTensor(try builder.apply(Where(), condition, pair[0], pair[1])))]
  }
}
