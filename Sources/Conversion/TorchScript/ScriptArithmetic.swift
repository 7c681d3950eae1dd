import CNNGraphs

/// What Python and PyTorch compute of numbers, texts and lists of numbers that are known.
enum ScriptArithmetic {
  /// Operators on numbers that nodes of a graph can do when the numbers are not known.
  static let graphNames: [String: String] = [
    "add": "scalar::add", "sub": "scalar::sub", "mul": "scalar::mul", "div": "scalar::truediv",
    "floordiv": "scalar::floordiv", "remainder": "scalar::mod", "neg": "scalar::neg", "pow": "scalar::pow",
    "eq": "scalar::eq", "ne": "scalar::ne", "lt": "scalar::lt", "le": "scalar::le", "gt": "scalar::gt",
    "ge": "scalar::ge", "min": "scalar::min", "max": "scalar::max", "floor": "scalar::floor", "ceil": "scalar::ceil",
    "abs": "scalar::abs", "sqrt": "scalar::sqrt", "__not__": "scalar::not", "__and__": "scalar::and",
    "__or__": "scalar::or", "bitwise_and": "scalar::and", "bitwise_or": "scalar::or",
  ]

  /// The result; `nil` if the operator or its operands are of another kind.
  static func value(_ operation: String, _ operands: [AtenValue]) throws -> AtenValue? {
    switch operands.count {
    case 1: return try unary(operation, operands[0])
    case 2:
      if case .string(let a) = operands[0], case .string(let b) = operands[1] {
        guard a.utf8.count + b.utf8.count <= ScriptBuiltins.textLimit else {
          throw ConversionError(.limit, "a text of the program has more than \(ScriptBuiltins.textLimit) bytes")
        }
        return text(operation, a, b)
      }
      if let equal = equality(operation, operands[0], operands[1]) { return .bool(equal) }
      return try binary(operation, operands[0], operands[1])
    default: return nil
    }
  }

  private static func text(_ operation: String, _ a: String, _ b: String) -> AtenValue? {
    switch operation {
    case "add": .string(a + b)
    case "eq": .bool(a == b)
    case "ne": .bool(a != b)
    case "lt": .bool(a < b)
    case "gt": .bool(a > b)
    case "startswith": .bool(a.hasPrefix(b))
    case "endswith": .bool(a.hasSuffix(b))
    default: nil
    }
  }

  /// Whether things are the same that no arithmetic is done with.
  private static func equality(_ operation: String, _ a: AtenValue, _ b: AtenValue) -> Bool? {
    guard operation == "eq" || operation == "ne", !a.isNumber || !b.isNumber else { return nil }
    let isEqual: Bool
    switch (a, b) {
    case (.none, .none): isEqual = true
    case (.setting(let a), .setting(let b)), (.setting(let a), .string(let b)), (.string(let a), .setting(let b)):
      isEqual = a == b
    case (.elementType(let a), .elementType(let b)): isEqual = a == b
    case (.none, _), (_, .none): isEqual = false
    default: return nil
    }
    return isEqual == (operation == "eq")
  }

  private static func unary(_ operation: String, _ a: AtenValue) throws -> AtenValue? {
    if operation == "__not__" { return a.number.map { .bool($0 == 0) } }
    if case .int(let number) = a {
      switch operation {
      case "neg": return .int(try checked(0.subtractingReportingOverflow(number)))
      case "abs": return number < 0 ? .int(try checked(0.subtractingReportingOverflow(number))) : a
      case "floor", "ceil", "round": return a
      case "bitwise_not": return .int(~number)
      default: break
      }
    }
    guard let number = a.number else { return nil }
    switch operation {
    case "neg": return .float(-number)
    case "abs": return .float(abs(number))
    case "floor": return try whole(number.rounded(.down))
    case "ceil": return try whole(number.rounded(.up))
    case "round": return .float(number.rounded(.toNearestOrEven))
    case "sqrt": return .float(number.squareRoot())
    case "isnan": return .bool(number.isNaN)
    case "isinf": return .bool(number.isInfinite)
    case "isfinite": return .bool(number.isFinite)
    case "trunc": return try whole(number.rounded(.towardZero))
    default: return nil
    }
  }

  private static func whole(_ number: Double) throws -> AtenValue {
    guard let whole = Int(exactly: number) else { throw ConversionError(.badInput, "\(number) is no integer") }
    return .int(whole)
  }

  private static func checked(_ result: (partialValue: Int, overflow: Bool)) throws -> Int {
    guard !result.overflow else { throw ConversionError(.badInput, "an integer of the program overflows") }
    return result.partialValue
  }

  private static func binary(_ operation: String, _ a: AtenValue, _ b: AtenValue) throws -> AtenValue? {
    if case .bool(let first) = a, case .bool(let second) = b {
      switch operation {
      case "__and__", "bitwise_and": return .bool(first && second)
      case "__or__", "bitwise_or": return .bool(first || second)
      case "__xor__", "bitwise_xor": return .bool(first != second)
      default: break
      }
    }
    if let first = a.integer, let second = b.integer, operation != "div", operation != "pow" || second >= 0 {
      return try integers(operation, first, second)
    }
    guard let first = a.number, let second = b.number else { return nil }
    return try reals(operation, first, second)
  }

  private static func integers(_ operation: String, _ a: Int, _ b: Int) throws -> AtenValue? {
    switch operation {
    case "add": return .int(try checked(a.addingReportingOverflow(b)))
    case "sub": return .int(try checked(a.subtractingReportingOverflow(b)))
    case "mul": return .int(try checked(a.multipliedReportingOverflow(by: b)))
    case "floordiv", "remainder", "floor_divide":
      guard b != 0 else { throw ConversionError(.badInput, "an integer of the program is divided by 0") }
      let quotient = try checked(a.dividedReportingOverflow(by: b))
      let rest = a &- quotient &* b
      let isBelow = rest != 0 && (rest < 0) != (b < 0)
      return .int(operation == "remainder" ? (isBelow ? rest &+ b : rest) : (isBelow ? quotient - 1 : quotient))
    case "pow":
      var result = 1
      guard abs(a) > 1 else { return .int(b == 0 ? 1 : a == -1 && b % 2 == 0 ? 1 : a) }
      for _ in 0..<min(b, 65) { result = try checked(result.multipliedReportingOverflow(by: a)) }
      return .int(result)
    case "eq": return .bool(a == b)
    case "ne": return .bool(a != b)
    case "lt": return .bool(a < b)
    case "le": return .bool(a <= b)
    case "gt": return .bool(a > b)
    case "ge": return .bool(a >= b)
    case "min": return .int(min(a, b))
    case "max": return .int(max(a, b))
    case "__and__", "bitwise_and": return .int(a & b)
    case "__or__", "bitwise_or": return .int(a | b)
    case "__xor__", "bitwise_xor": return .int(a ^ b)
    default: return nil
    }
  }

  private static func reals(_ operation: String, _ a: Double, _ b: Double) throws -> AtenValue? {
    switch operation {
    case "add": return .float(a + b)
    case "sub": return .float(a - b)
    case "mul": return .float(a * b)
    case "div", "floordiv", "remainder", "floor_divide":
      guard b != 0 else { throw ConversionError(.badInput, "a number of the program is divided by 0") }
      switch operation {
      case "div": return .float(a / b)
      case "remainder": return .float(a - b * (a / b).rounded(.down))
      default: return .float((a / b).rounded(.down))
      }
    case "pow": return power(a, b).map { .float($0) }
    case "eq": return .bool(a == b)
    case "ne": return .bool(a != b)
    case "lt": return .bool(a < b)
    case "le": return .bool(a <= b)
    case "gt": return .bool(a > b)
    case "ge": return .bool(a >= b)
    case "min": return .float(min(a, b))
    case "max": return .float(max(a, b))
    default: return nil
    }
  }

  /// Powers that need no logarithm: of whole and half exponents.
  private static func power(_ base: Double, _ exponent: Double) -> Double? {
    let doubled = exponent * 2
    guard doubled == doubled.rounded(), abs(doubled) <= 128 else { return nil }
    var result = abs(doubled).truncatingRemainder(dividingBy: 2) == 1 ? base.squareRoot() : 1
    for _ in 0..<Int(abs(exponent).rounded(.down)) { result *= base }
    return exponent < 0 ? 1 / result : result
  }
}
