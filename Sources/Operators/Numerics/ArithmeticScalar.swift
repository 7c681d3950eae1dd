import CNNTensors
import RealModule

/// Arithmetic that never traps: integers wrap around, and division by zero gives 0.
package protocol ArithmeticScalar: NumericScalar {
  static func adding(_ a: Self, _ b: Self) -> Self
  static func subtracting(_ a: Self, _ b: Self) -> Self
  static func multiplying(_ a: Self, _ b: Self) -> Self
  /// Integers round toward zero.
  static func dividing(_ a: Self, _ b: Self) -> Self
  /// With the dividend's sign, the quotient being cut toward zero.
  static func remainder(_ a: Self, _ b: Self) -> Self
  static func negating(_ a: Self) -> Self
  /// The least integer stays as it is.
  static func absolute(_ a: Self) -> Self
  var isNotANumber: Bool { get }
  /// What no value is below: minus infinity, or the least integer.
  static var lowest: Self { get }
  /// What no value is above: infinity, or the greatest integer.
  static var highest: Self { get }
}

/// `Float` and `Double` as kernels use them.
package protocol FloatingScalar: ArithmeticScalar, Real, BinaryFloatingPoint {}

extension ArithmeticScalar where Self: BinaryFloatingPoint {
  @inline(__always) package static func adding(_ a: Self, _ b: Self) -> Self { a + b }
  @inline(__always) package static func subtracting(_ a: Self, _ b: Self) -> Self { a - b }
  @inline(__always) package static func multiplying(_ a: Self, _ b: Self) -> Self { a * b }
  @inline(__always) package static func dividing(_ a: Self, _ b: Self) -> Self { a / b }
  @inline(__always) package static func remainder(_ a: Self, _ b: Self) -> Self { a.truncatingRemainder(dividingBy: b) }
  @inline(__always) package static func negating(_ a: Self) -> Self { -a }
  @inline(__always) package static func absolute(_ a: Self) -> Self { a.magnitude }
  @inline(__always) package var isNotANumber: Bool { isNaN }
  package static var lowest: Self { -.infinity }
  package static var highest: Self { .infinity }
}

extension ArithmeticScalar where Self: FixedWidthInteger {
  @inline(__always) package static func adding(_ a: Self, _ b: Self) -> Self { a &+ b }
  @inline(__always) package static func subtracting(_ a: Self, _ b: Self) -> Self { a &- b }
  @inline(__always) package static func multiplying(_ a: Self, _ b: Self) -> Self { a &* b }
  @inline(__always) package static func dividing(_ a: Self, _ b: Self) -> Self {
    b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
  }
  @inline(__always) package static func remainder(_ a: Self, _ b: Self) -> Self {
    b == 0 ? 0 : a.remainderReportingOverflow(dividingBy: b).partialValue
  }
  @inline(__always) package static func negating(_ a: Self) -> Self { 0 &- a }
  @inline(__always) package static func absolute(_ a: Self) -> Self { a < 0 ? 0 &- a : a }
  @inline(__always) package var isNotANumber: Bool { false }
  package static var lowest: Self { .min }
  package static var highest: Self { .max }
}

extension Float: FloatingScalar {}
extension Double: FloatingScalar {}
extension Int64: ArithmeticScalar {}
extension UInt64: ArithmeticScalar {}

extension FloatingScalar {
  /// `1 / (1 + exp(-x))`, without overflow on either side.
  @inline(__always)
  package static func sigmoid(_ x: Self) -> Self {
    let tail = exp(-x.magnitude)
    return (x < 0 ? tail : 1) / (1 + tail)
  }

  /// `log(1 + exp(x))`, without overflow.
  @inline(__always)
  package static func softplus(_ x: Self) -> Self { (x > 0 ? x : 0) + log(onePlus: exp(-x.magnitude)) }

  /// `x` within bounds; NaN stays NaN.
  @inline(__always)
  package static func clamped(_ x: Self, _ low: Self, _ high: Self) -> Self { x < low ? low : x > high ? high : x }
}
