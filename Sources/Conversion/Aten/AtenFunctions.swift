import CNNGraphs
import CNNOperators
import CNNTensors

/// Functions of single elements.
enum AtenFunctions {
  static let family = AtenOperators.Family(
    name: "Functions",
    operators: AtenOperators.singles([
      "aten::acos": { try real($0, &$1) { Acos() } }, "aten::acosh": { try real($0, &$1) { Acosh() } },
      "aten::asin": { try real($0, &$1) { Asin() } }, "aten::asinh": { try real($0, &$1) { Asinh() } },
      "aten::atan": { try real($0, &$1) { Atan() } }, "aten::atanh": { try real($0, &$1) { Atanh() } },
      "aten::cos": { try real($0, &$1) { Cos() } }, "aten::cosh": { try real($0, &$1) { Cosh() } },
      "aten::sin": { try real($0, &$1) { Sin() } }, "aten::sinh": { try real($0, &$1) { Sinh() } },
      "aten::tan": { try real($0, &$1) { Tan() } }, "aten::erf": { try real($0, &$1) { ErrorFunction() } },
      "aten::special_erf": { try real($0, &$1) { ErrorFunction() } },
      "aten::exp": { try real($0, &$1) { Exp() } }, "aten::log": { try real($0, &$1) { Log() } },
      "aten::sqrt": { try real($0, &$1) { Sqrt() } }, "aten::reciprocal": { try real($0, &$1) { Reciprocal() } },
      "aten::softsign": { try real($0, &$1) { Softsign() } },
    ]).merging(
      AtenOperators.singles([
        "aten::rsqrt": { try $1.apply(Reciprocal(), real($0, &$1) { Sqrt() }) },
        "aten::log2": { try logarithm($0, &$1, base: 2) }, "aten::log10": { try logarithm($0, &$1, base: 10) },
        "aten::log1p": { call, builder in
          let x = try builder.floating(call.tensor("self", &builder))
          return try builder.apply(Log(), builder.sum(x, builder.scalar(1, as: builder.elementType(of: x))))
        },
        "aten::expm1": exponentialLessOne, "aten::special_expm1": exponentialLessOne,
        "aten::exp2": { call, builder in
          let x = try builder.floating(call.tensor("self", &builder))
          return try builder.apply(Power(), builder.scalar(2, as: builder.elementType(of: x)), x)
        },
        "aten::erfc": { call, builder in
          let x = try builder.floating(call.tensor("self", &builder))
          let one = try builder.scalar(1, as: builder.elementType(of: x))
          return try builder.apply(Subtract(), one, builder.apply(ErrorFunction(), x))
        },
        "aten::logit": logit,
        "aten::square": { try $1.product($0.tensor("self", &$1), $0.tensor("self", &$1)) },
        "aten::frac": { try $1.apply(Subtract(), $0.tensor("self", &$1), $1.truncated($0.tensor("self", &$1))) },
        "aten::deg2rad": { try $1.scaled($1.floating($0.tensor("self", &$1)), by: .pi / 180) },
        "aten::rad2deg": { try $1.scaled($1.floating($0.tensor("self", &$1)), by: 180 / .pi) },
        "aten::nan_to_num": notANumber,
      ])
    ) { first, _ in first }.merging(
      AtenOperators.singles([
        "aten::abs": { try any($0, &$1) { AbsoluteValue() } },
        "aten::absolute": { try any($0, &$1) { AbsoluteValue() } },
        "aten::neg": { try any($0, &$1) { Negate() } }, "aten::negative": { try any($0, &$1) { Negate() } },
        "aten::sign": { try any($0, &$1) { Sign() } }, "aten::sgn": { try any($0, &$1) { Sign() } },
        "aten::ceil": { try whole($0, &$1) { try $0.apply(Ceiling(), $1) } },
        "aten::floor": { try whole($0, &$1) { try $0.apply(Floor(), $1) } },
        "aten::trunc": { try whole($0, &$1) { try $0.truncated($1) } },
        "aten::fix": { try whole($0, &$1) { try $0.truncated($1) } },
        "aten::round": round,
      ])
    ) { first, _ in first })

  private static func real(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ operation: () -> any Operator
  ) throws -> ValueID { try builder.apply(operation(), builder.floating(call.tensor("self", &builder))) }

  private static func any(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, _ operation: () -> any Operator
  ) throws -> ValueID { try builder.apply(operation(), call.tensor("self", &builder)) }

  /// Integers are whole already.
  private static func whole(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder,
    _ build: (inout AtenGraphBuilder, ValueID) throws -> ValueID
  ) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    return try builder.elementType(of: x).isFloatingPoint ? build(&builder, x) : x
  }

  private static func logarithm(
    _ call: AtenCall, _ builder: inout AtenGraphBuilder, base: Double
  ) throws -> ValueID {
    let x = try builder.floating(call.tensor("self", &builder))
    let factor: Double = base == 2 ? 1 / 0.693147180559945309 : 1 / 2.302585092994045684
    return try builder.scaled(builder.apply(Log(), x), by: factor)
  }

  /// `exp(x) - 1 = 2 sinh(x / 2) exp(x / 2)`, which keeps the digits of a small x.
  @Sendable
  private static func exponentialLessOne(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try builder.floating(call.tensor("self", &builder))
    let half = try builder.scaled(x, by: 0.5)
    let product = try builder.product(builder.apply(Sinh(), half), builder.apply(Exp(), half))
    return try builder.scaled(product, by: 2)
  }

  @Sendable
  private static func logit(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    var x = try builder.floating(call.tensor("self", &builder))
    let type = try builder.elementType(of: x)
    if call.has("eps") {
      let margin = try call.double("eps")
      x = try builder.apply(Clip(), x, builder.scalar(margin, as: type), builder.scalar(1 - margin, as: type))
    }
    let rest = try builder.apply(Subtract(), builder.scalar(1, as: type), x)
    return try builder.apply(Log(), builder.apply(Divide(), x, rest))
  }

  @Sendable
  private static func round(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    guard try builder.elementType(of: x).isFloatingPoint else { return x }
    guard call.has("decimals"), try call.int("decimals") != 0 else { return try builder.apply(Round(), x) }
    var factor = 1.0
    for _ in 0..<min(abs(try call.int("decimals")), 300) { factor *= 10 }
    if try call.int("decimals") < 0 { factor = 1 / factor }
    return try builder.scaled(builder.apply(Round(), builder.scaled(x, by: factor)), by: 1 / factor)
  }

  @Sendable
  private static func notANumber(_ call: AtenCall, _ builder: inout AtenGraphBuilder) throws -> ValueID {
    let x = try call.tensor("self", &builder)
    let type = try builder.elementType(of: x)
    guard type.isFloatingPoint else { return x }
    let largest = type == .float64 ? Double.greatestFiniteMagnitude : Double(Float.greatestFiniteMagnitude)
    func bound(_ name: String, _ value: Double) throws -> Double { call.has(name) ? try call.double(name) : value }
    let isNone = try builder.apply(IsNaN(), x)
    var result = try builder.apply(Where(), isNone, builder.scalar(bound("nan", 0), as: type), x)
    let isHigh = try builder.apply(IsInfinite(detectsNegative: false, detectsPositive: true), x)
    result = try builder.apply(Where(), isHigh, builder.scalar(bound("posinf", largest), as: type), result)
    let isLow = try builder.apply(IsInfinite(detectsNegative: true, detectsPositive: false), x)
    return try builder.apply(Where(), isLow, builder.scalar(bound("neginf", -largest), as: type), result)
  }
}
