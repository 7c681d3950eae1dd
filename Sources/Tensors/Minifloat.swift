/// A binary floating-point layout of at most 16 bits: bfloat16, the float8, float6 and float4 families.
///
/// Sources: ONNX technical note "Float stored in 8 bits"; OCP Microscaling Formats (MX) v1.0 for E8M0 and E2M1.
public struct Minifloat: Hashable, Sendable {
  /// How the codes at the top of the exponent range are spent.
  public enum Specials: Sendable {
    /// As IEEE 754: the highest exponent is infinity and NaN.
    case ieee
    /// No infinity; all ones (of either sign) is NaN.
    case finiteNaN
    /// No infinity and no negative zero: the code of negative zero is NaN.
    case unsignedZeroNaN
    /// Neither infinity nor NaN.
    case none
  }

  /// Width of the exponent field.
  public let exponentBits: Int
  /// Width of the stored fraction.
  public let fractionBits: Int
  /// What is subtracted from the exponent field.
  public let bias: Int
  /// Use of the highest codes.
  public let specials: Specials

  /// The layout of an element type; `nil` for types that are wider, integer, or `float8e8m0` (a bare exponent).
  public init?(_ type: ElementType) {
    switch type {
    case .float16: self.init(5, 10, 15, .ieee)
    case .bfloat16: self.init(8, 7, 127, .ieee)
    case .float8e4m3fn: self.init(4, 3, 7, .finiteNaN)
    case .float8e4m3fnuz: self.init(4, 3, 8, .unsignedZeroNaN)
    case .float8e5m2: self.init(5, 2, 15, .ieee)
    case .float8e5m2fnuz: self.init(5, 2, 16, .unsignedZeroNaN)
    case .float4e2m1: self.init(2, 1, 1, .none)
    case .float6e2m3: self.init(2, 3, 1, .none)
    case .float6e3m2: self.init(3, 2, 3, .none)
    default: return nil
    }
  }

  private init(_ exponentBits: Int, _ fractionBits: Int, _ bias: Int, _ specials: Specials) {
    (self.exponentBits, self.fractionBits, self.bias, self.specials) = (exponentBits, fractionBits, bias, specials)
  }

  private var signBit: Int { 1 << (exponentBits + fractionBits) }
  private var infinityCode: Int { ((1 << exponentBits) - 1) << fractionBits }
  private var nanCode: Int {
    switch specials {
    case .ieee: infinityCode | 1 << (fractionBits - 1)
    case .finiteNaN: signBit - 1
    case .unsignedZeroNaN, .none: signBit
    }
  }
  private var largestCode: Int {
    switch specials {
    case .ieee: infinityCode - 1
    case .finiteNaN: signBit - 2
    case .unsignedZeroNaN, .none: signBit - 1
    }
  }

  /// The value of a code.
  public func decode(_ code: Int) -> Float {
    let magnitude = code & (signBit - 1)
    let negative = code & signBit != 0
    switch specials {
    case .ieee where magnitude == infinityCode: return negative ? -.infinity : .infinity
    case .ieee where magnitude > infinityCode: return .nan
    case .finiteNaN where magnitude == signBit - 1: return .nan
    case .unsignedZeroNaN where negative && magnitude == 0: return .nan
    default: break
    }
    let value = decodeFinite(magnitude)
    return negative ? -value : value
  }

  private func decodeFinite(_ magnitude: Int) -> Float {
    let exponent = magnitude >> fractionBits
    let fraction = magnitude & ((1 << fractionBits) - 1)
    let significand = exponent == 0 ? fraction : fraction | 1 << fractionBits
    return Float(sign: .plus, exponent: max(exponent, 1) - bias - fractionBits, significand: Float(significand))
  }

  /// The code nearest to `value`, ties to even. Beyond the largest value: with `saturating` the largest, otherwise
  /// infinity, or NaN if the layout has no infinity (the largest if it has neither).
  public func encode(_ value: Float, saturating: Bool = false) -> Int {
    guard !value.isNaN else {
      return specials == .none ? 0 : nanCode | (specials == .unsignedZeroNaN || value.sign == .plus ? 0 : signBit)
    }
    let sign = value.sign == .minus ? signBit : 0
    let overflow: Int
    switch specials {
    case .ieee: overflow = sign | (saturating ? largestCode : infinityCode)
    case .finiteNaN, .unsignedZeroNaN:
      overflow = saturating ? sign | largestCode : nanCode | (specials == .finiteNaN ? sign : 0)
    case .none: overflow = sign | largestCode
    }
    guard value.isFinite else { return overflow }
    // Fixed point in units of the smallest subnormal of the value's binade; ties to even by Swift's rounding.
    let magnitude = value.magnitude
    let exponent = magnitude == 0 ? 1 - bias : max(Int(magnitude.exponent), 1 - bias)
    let unit = exponent - fractionBits
    let scaled = Float(sign: .plus, exponent: -unit, significand: magnitude).rounded(.toNearestOrEven)
    var code = Int(scaled)
    // `code` holds the hidden bit for normal numbers; adding the exponent carries a rounding overflow along.
    if magnitude > 0 { code += (exponent + bias - 1) << fractionBits }
    guard code <= largestCode else { return overflow }
    if code == 0 && specials == .unsignedZeroNaN { return 0 }
    return sign | code
  }
}
