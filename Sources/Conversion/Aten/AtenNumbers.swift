import CNNGraphs
import CNNOperators
import CNNTensors

/// Numbers of the program that hang on the input's size, and what programs say of them.
///
/// Python's operators of numbers go by names of their own, such as `scalar::add`; their arguments are named `0` and `1`.
enum AtenNumbers {
  static let family = AtenOperators.Family(
    name: "Numbers",
    operators: AtenOperators.several([
      "aten::sym_size": { call, builder in
        [try builder.extent(call.int("dim"), of: call.tensor("self", &builder))]
      },
      "aten::size": { call, builder in
        let x = try call.tensor("self", &builder)
        return call.has("dim") ? [try builder.extent(call.int("dim"), of: x)] : [.list(try builder.extents(of: x))]
      },
      "aten::sym_numel": count, "aten::numel": count,
      "aten::dim": { call, builder in [.int(try builder.rank(of: call.tensor("self", &builder)))] },
      "aten::item": { call, builder in [try item(call, &builder)] },
      "aten::_local_scalar_dense": { call, builder in [try item(call, &builder)] },
      "aten::_assert_scalar": { _, _ in [] }, "aten::_assert_tensor_metadata": { _, _ in [] },
      "aten::_assert_async": { _, _ in [] }, "aten::_functional_assert_async": { _, _ in [.none] },
      "aten::sym_constrain_range": { _, _ in [] }, "aten::sym_constrain_range_for_size": { _, _ in [] },
      "scalar::add": { try [$1.addNumbers($0["0"], $0["1"])] },
      "scalar::sub": { try [$1.subtractNumbers($0["0"], $0["1"])] },
      "scalar::mul": { try [$1.multiplyNumbers($0["0"], $0["1"])] },
      "scalar::floordiv": { try [$1.divideNumbers($0["0"], $0["1"])] },
      "scalar::truediv": quotient,
      "scalar::mod": { try [$1.remainderOfNumbers($0["0"], $0["1"])] },
      "scalar::neg": { try [$1.subtractNumbers(.int(0), $0["0"])] },
      "scalar::pos": { call, _ in [call["0"]] },
      "scalar::pow": power,
      "scalar::eq": { try compare($0, &$1, ==) { Equal() } },
      "scalar::ne": { call, builder in
        switch try compare(call, &builder, ==, { Equal() })[0] {
        case .bool(let flag): return [.bool(!flag)]
        case .scalar(let id): return [.scalar(try builder.apply(LogicalNot(), id))]
        case let other: return [other]
        }
      },
      "scalar::lt": { try compare($0, &$1, <) { Less() } },
      "scalar::le": { try compare($0, &$1, <=) { LessOrEqual() } },
      "scalar::gt": { try compare($0, &$1, >) { Greater() } },
      "scalar::ge": { try compare($0, &$1, >=) { GreaterOrEqual() } },
      "scalar::min": { try extreme($0, &$1, min) { Minimum() } },
      "scalar::max": { try extreme($0, &$1, max) { Maximum() } },
      "scalar::not": { call, builder in
        if let flag = call["0"].integer { return [.bool(flag == 0)] }
        return [try builder.number(builder.apply(LogicalNot(), builder.number(call["0"], as: .bool)))]
      },
      "scalar::and": { try join($0, &$1, { $0 && $1 }) { LogicalAnd() } },
      "scalar::or": { try join($0, &$1, { $0 || $1 }) { LogicalOr() } },
      "scalar::trunc": { try whole($0, &$1, .towardZero) { try $0.truncated($1) } },
      "scalar::int": { try whole($0, &$1, .towardZero) { try $0.truncated($1) } },
      "scalar::floor": { try whole($0, &$1, .down) { try $0.apply(Floor(), $1) } },
      "scalar::ceil": { try whole($0, &$1, .up) { try $0.apply(Ceiling(), $1) } },
      "scalar::round": { try whole($0, &$1, .toNearestOrEven) { try $0.apply(Round(), $1) } },
      "scalar::float": { call, builder in
        if let number = call["0"].number { return [.float(number)] }
        return [.scalar(try builder.number(call["0"], as: .float64))]
      },
      "scalar::sqrt": { call, builder in
        if let number = call["0"].number { return [.float(number.squareRoot())] }
        return [.scalar(try builder.apply(Sqrt(), builder.number(call["0"], as: .float64)))]
      },
    ]))

  @Sendable
  private static func count(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    let extents = try builder.extents(of: call.tensor("self", &builder))
    return [try extents.reduce(.int(1)) { try builder.multiplyNumbers($0, $1) }]
  }

  private static func item(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> AtenValue {
    let x = try call.tensor("self", &builder)
    return try builder.number(builder.rank(of: x) == 0 ? x : builder.reshape(x, to: []))
  }

  @Sendable
  private static func quotient(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    if let a = call["0"].number, let b = call["1"].number {
      guard b != 0 else { throw ConversionError(.badInput, "a division by zero") }
      return [.float(a / b)]
    }
    let (a, b) = (try builder.number(call["0"], as: .float64), try builder.number(call["1"], as: .float64))
    return [.scalar(try builder.apply(Divide(), a, b))]
  }

  @Sendable
  private static func power(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> [AtenValue] {
    if let exponent = call["1"].integer, 0...64 ~= exponent {
      return [try (0..<exponent).reduce(.int(1)) { product, _ in try builder.multiplyNumbers(product, call["0"]) }]
    }
    if call["1"].number == 0.5 {
      if let number = call["0"].number { return [.float(number.squareRoot())] }
      return [.scalar(try builder.apply(Sqrt(), builder.number(call["0"], as: .float64)))]
    }
    throw call.unsupported("a power of \(call["1"].kind)")
  }

  private static func compare(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ known: (Double, Double) -> Bool,
    _ operation: () -> any Operator
  ) throws -> [AtenValue] {
    if let a = call["0"].number, let b = call["1"].number { return [.bool(known(a, b))] }
    let pair = try builder.numberPair(call["0"], call["1"])
    return [try builder.number(builder.apply(operation(), pair.0, pair.1))]
  }

  private static func extreme(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ known: (Double, Double) -> Double,
    _ operation: () -> any Operator
  ) throws -> [AtenValue] {
    if let a = call["0"].number, let b = call["1"].number { return [known(a, b) == a ? call["0"] : call["1"]] }
    let pair = try builder.numberPair(call["0"], call["1"])
    return [try builder.number(builder.apply(operation(), pair.0, pair.1))]
  }

  private static func join(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ known: (Bool, Bool) -> Bool,
    _ operation: () -> any Operator
  ) throws -> [AtenValue] {
    if let a = call["0"].integer, let b = call["1"].integer { return [.bool(known(a != 0, b != 0))] }
    let (a, b) = (try builder.number(call["0"], as: .bool), try builder.number(call["1"], as: .bool))
    return [try builder.number(builder.apply(operation(), a, b))]
  }

  private static func whole(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ rule: FloatingPointRoundingRule,
    _ build: (inout AtenGraphBuilder, ValueID) throws -> ValueID
  ) throws -> [AtenValue] {
    if let number = call["0"].number {
      guard let integer = Int(exactly: number.rounded(rule)) else { throw call.fault("0", expected: "an integer") }
      return [.int(integer)]
    }
    guard case .scalar(let id) = call["0"] else {
      return [try builder.number(builder.cast(build(&builder, call.tensor("0", &builder)), to: .int64))]
    }
    guard try builder.elementType(of: id).isFloatingPoint else {
      return [try builder.number(builder.cast(id, to: .int64))]
    }
    return [try builder.number(builder.cast(build(&builder, id), to: .int64))]
  }
}

extension AtenGraphBuilder {
  /// Two numbers as values of one type.
  mutating func numberPair(_ a: AtenValue, _ b: AtenValue) throws -> (ValueID, ValueID) {
    func isReal(_ value: AtenValue) throws -> Bool {
      switch value {
      case .float: true
      case .scalar(let id): try elementType(of: id).isFloatingPoint
      default: false
      }
    }
    let type: ElementType = try isReal(a) || isReal(b) ? .float64 : .int64
    return (try number(a, as: type), try number(b, as: type))
  }

  private mutating func combine(
    _ a: AtenValue, _ b: AtenValue, _ integers: (Int, Int) -> (partialValue: Int, overflow: Bool),
    _ reals: (Double, Double) -> Double, _ operation: any Operator
  ) throws -> AtenValue {
    if let x = a.integer, let y = b.integer {
      let (value, overflow) = integers(x, y)
      guard !overflow else { throw ConversionError(.badInput, "a number beyond 64 bits") }
      return .int(value)
    }
    if let x = a.number, let y = b.number { return .float(reals(x, y)) }
    let pair = try numberPair(a, b)
    return try number(apply(operation, pair.0, pair.1))
  }

  /// `a + b`
  mutating func addNumbers(_ a: AtenValue, _ b: AtenValue) throws -> AtenValue {
    if a.integer == 0 { return b }
    if b.integer == 0 { return a }
    return try combine(a, b, { $0.addingReportingOverflow($1) }, +, Add())
  }

  /// `a - b`
  mutating func subtractNumbers(_ a: AtenValue, _ b: AtenValue) throws -> AtenValue {
    if b.integer == 0 { return a }
    return try combine(a, b, { $0.subtractingReportingOverflow($1) }, -, Subtract())
  }

  /// `a · b`
  mutating func multiplyNumbers(_ a: AtenValue, _ b: AtenValue) throws -> AtenValue {
    if a.integer == 1 { return b }
    if b.integer == 1 { return a }
    return try combine(a, b, { $0.multipliedReportingOverflow(by: $1) }, *, Multiply())
  }

  /// The quotient rounded down.
  mutating func divideNumbers(_ a: AtenValue, _ b: AtenValue) throws -> AtenValue {
    if b.integer == 1 { return a }
    guard b.number != 0 else { throw ConversionError(.badInput, "a division by zero") }
    if let x = a.integer, let y = b.integer {
      let (quotient, overflow) = x.dividedReportingOverflow(by: y)
      guard !overflow else { throw ConversionError(.badInput, "a number beyond 64 bits") }
      return .int(quotient * y != x && (x < 0) != (y < 0) ? quotient - 1 : quotient)
    }
    if let x = a.number, let y = b.number { return .float((x / y).rounded(.down)) }
    let pair = try numberPair(a, b)
    let quotient = try apply(Divide(), pair.0, pair.1)
    if try elementType(of: quotient).isFloatingPoint { return .scalar(try apply(Floor(), quotient)) }
    // Sizes are never negative; other numbers lose their remainder first.
    if let y = b.integer, y > 0, case .scalar(let id) = a, isSize(id) { return try number(quotient) }
    let exact = try apply(Subtract(), pair.0, apply(Modulo(), pair.0, pair.1))
    return try number(apply(Divide(), exact, pair.1))
  }

  /// True for an extent.
  private func isSize(_ id: ValueID) -> Bool {
    if case .symbol? = knowledge(of: id).contents?.first { true } else { false }
  }

  /// The remainder that has the divisor's sign.
  mutating func remainderOfNumbers(_ a: AtenValue, _ b: AtenValue) throws -> AtenValue {
    guard b.number != 0 else { throw ConversionError(.badInput, "a division by zero") }
    if let x = a.integer, let y = b.integer {
      if y == -1 { return .int(0) }
      let rest = x % y
      return .int(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest)
    }
    if let x = a.number, let y = b.number { return .float(x - y * (x / y).rounded(.down)) }
    let pair = try numberPair(a, b)
    guard try elementType(of: pair.0).isFloatingPoint else { return try number(apply(Modulo(), pair.0, pair.1)) }
    let quotient = try apply(Floor(), apply(Divide(), pair.0, pair.1))
    return .scalar(try apply(Subtract(), pair.0, product(quotient, pair.1)))
  }
}
