import CNNGraphs
import CNNOperators
import CNNTensors

/// Arithmetic of two or three tensors and numbers, with PyTorch's promotion of types.
enum AtenArithmetic {
  static let family = AtenOperators.Family(
    name: "Arithmetic",
    operators: AtenOperators.singles([
      "aten::add": { try combine($0, &$1, hasFactor: true) { Add() } },
      "aten::sub": { try combine($0, &$1, hasFactor: true) { Subtract() } },
      "aten::rsub": rightSubtract,
      "aten::mul": { try combine($0, &$1, hasFactor: false) { Multiply() } },
      "aten::multiply": { try combine($0, &$1, hasFactor: false) { Multiply() } },
      "aten::subtract": { try combine($0, &$1, hasFactor: true) { Subtract() } },
      "aten::div": divide, "aten::divide": divide, "aten::true_divide": divide,
      "aten::floor_divide": { try floored($1.promoted([$0["self"], $0["other"]]), &$1) },
      "aten::remainder": remainder,
      "aten::fmod": { call, builder in
        let pair = try builder.promoted([call["self"], call["other"]])
        return try builder.apply(Modulo(truncates: true), pair[0], pair[1])
      },
      "aten::pow": power,
      "aten::maximum": { try combine($0, &$1, hasFactor: false) { Maximum() } },
      "aten::minimum": { try combine($0, &$1, hasFactor: false) { Minimum() } },
      "aten::fmax": { try combine($0, &$1, hasFactor: false) { Maximum() } },
      "aten::fmin": { try combine($0, &$1, hasFactor: false) { Minimum() } },
      "aten::clamp": { try clamp($0, &$1, "min", "max") },
      "aten::clip": { try clamp($0, &$1, "min", "max") },
      "aten::clamp_min": { try clamp($0, &$1, "min", "") },
      "aten::clamp_max": { try clamp($0, &$1, "", "max") },
      "aten::addcmul": { call, builder in
        let parts = try builder.promoted([call["self"], call["tensor1"], call["tensor2"]])
        let product = try builder.product(parts[1], parts[2])
        return try builder.sum(parts[0], builder.scaled(product, by: call.double("value")))
      },
      "aten::addcdiv": { call, builder in
        let parts = try builder.promoted([call["self"], call["tensor1"], call["tensor2"]])
        let quotient = try builder.apply(Divide(), parts[1], parts[2])
        return try builder.sum(parts[0], builder.scaled(quotient, by: call.double("value")))
      },
      "aten::lerp": { call, builder in
        let parts = try builder.promoted([call["self"], call["end"], call["weight"]])
        let step = try builder.product(parts[2], builder.apply(Subtract(), parts[1], parts[0]))
        return try builder.sum(parts[0], step)
      },
      "aten::atan2": arcTangent,
    ]))

  private static func combine(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, hasFactor: Bool, _ operation: () -> any Operator
  ) throws -> ValueID {
    var pair = try builder.promoted([call["self"], call["other"]])
    if hasFactor, call["alpha"].number != 1 {
      pair[1] = try builder.product(pair[1], builder.number(call["alpha"], as: builder.elementType(of: pair[1])))
    }
    guard try builder.elementType(of: pair[0]) == .bool else {
      return try builder.apply(operation(), pair[0], pair[1])
    }
    switch operation() {
    case is Add, is Maximum: return try builder.apply(LogicalOr(), pair[0], pair[1])
    case is Multiply, is Minimum: return try builder.apply(LogicalAnd(), pair[0], pair[1])
    default: throw call.unsupported("a difference of flags")
    }
  }

  @Sendable
  private static func rightSubtract(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    var pair = try builder.promoted([call["self"], call["other"]])
    if call["alpha"].number != 1 { pair[0] = try builder.scaled(pair[0], by: call.double("alpha")) }
    return try builder.apply(Subtract(), pair[1], pair[0])
  }

  @Sendable
  private static func divide(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let mode = try call.string("rounding_mode")
    let pair = try builder.promoted([call["self"], call["other"]], atLeastReal: mode == nil)
    switch mode {
    case nil: return try builder.apply(Divide(), pair[0], pair[1])
    case "floor": return try floored(pair, &builder)
    case "trunc":
      let quotient = try builder.apply(Divide(), pair[0], pair[1])
      return try builder.elementType(of: quotient).isFloatingPoint ? builder.truncated(quotient) : quotient
    case let other?: throw call.fault("rounding_mode", expected: "'floor' or 'trunc' rather than \(other.quoted)")
    }
  }

  /// The quotient rounded down; that of integers is exact.
  private static func floored(_ pair: [ValueID], _ builder: inout AtenGraphBuilder) throws -> ValueID {
    guard try builder.elementType(of: pair[0]).isFloatingPoint else {
      let rest = try builder.apply(Modulo(), pair[0], pair[1])
      return try builder.apply(Divide(), builder.apply(Subtract(), pair[0], rest), pair[1])
    }
    return try builder.apply(Floor(), builder.apply(Divide(), pair[0], pair[1]))
  }

  /// The remainder that has the divisor's sign.
  @Sendable
  private static func remainder(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let pair = try builder.promoted([call["self"], call["other"]])
    guard try builder.elementType(of: pair[0]).isFloatingPoint else {
      return try builder.apply(Modulo(), pair[0], pair[1])
    }
    let quotient = try builder.apply(Floor(), builder.apply(Divide(), pair[0], pair[1]))
    return try builder.apply(Subtract(), pair[0], builder.product(quotient, pair[1]))
  }

  @Sendable
  private static func power(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let pair = try builder.promoted([call["self"], call["exponent"]])
    let isReal = try builder.elementType(of: pair[0]).isFloatingPoint
    switch call["exponent"].number {
    case 1: return pair[0]
    case 2: return try builder.product(pair[0], pair[0])
    case 0.5 where isReal: return try builder.apply(Sqrt(), pair[0])
    case -1 where isReal: return try builder.apply(Reciprocal(), pair[0])
    case -0.5 where isReal: return try builder.apply(Reciprocal(), builder.apply(Sqrt(), pair[0]))
    default: return try builder.apply(Power(), pair[0], pair[1])
    }
  }

  private static func clamp(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ low: String, _ high: String
  ) throws -> ValueID {
    let bounds = [call[low], call[high]]
    let values = try builder.promoted([call["self"]] + bounds.filter { !$0.isNone })
    var rest = values.dropFirst()
    let lower = bounds[0].isNone ? nil : rest.popFirst()
    let upper = bounds[1].isNone ? nil : rest.popFirst()
    if bounds.contains(where: \.isTensor) {
      var x = values[0]
      if let lower { x = try builder.apply(Maximum(), x, lower) }
      if let upper { x = try builder.apply(Minimum(), x, upper) }
      return x
    }
    return try builder.apply(Clip(), values[0], lower, upper)
  }

  /// The angle in all four quadrants, from the one of `y / x`.
  @Sendable
  private static func arcTangent(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let pair = try builder.promoted([call["self"], call["other"]], atLeastReal: true)
    let (y, x) = (pair[0], pair[1])
    let type = try builder.elementType(of: x)
    let (zero, half) = (try builder.scalar(0, as: type), try builder.scalar(Double.pi / 2, as: type))
    let angle = try builder.apply(Atan(), builder.apply(Divide(), y, x))
    let turn = try builder.apply(
      Where(), builder.apply(GreaterOrEqual(), y, zero), builder.scalar(.pi, as: type), builder.scalar(-.pi, as: type))
    let left = try builder.apply(Where(), builder.apply(Less(), x, zero), builder.sum(angle, turn), angle)
    let upright = try builder.product(builder.apply(Sign(), y), half)
    return try builder.apply(Where(), builder.apply(Equal(), x, zero), upright, left)
  }
}

extension AtenGraphBuilder {
  /// Real numbers without what stands behind the point.
  mutating func truncated(_ x: ValueID) throws -> ValueID {
    try product(apply(Sign(), x), apply(Floor(), apply(AbsoluteValue(), x)))
  }
}
