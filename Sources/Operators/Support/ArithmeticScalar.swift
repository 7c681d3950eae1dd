import CNNTensors
import RealModule

/// Arithmetic that never traps: integers wrap around, and division by zero gives 0.
package protocol ArithmeticScalar: NumericScalar {
  static func adding(_ a: Self, _ b: Self) -> Self
  static func subtracting(_ a: Self, _ b: Self) -> Self
  static func multiplying(_ a: Self, _ b: Self) -> Self
  /// Integers round toward zero.
  static func dividing(_ a: Self, _ b: Self) -> Self
  static func negating(_ a: Self) -> Self
  var isNotANumber: Bool { get }
}

/// `Float` and `Double` as kernels use them.
package protocol FloatingScalar: ArithmeticScalar, Real, BinaryFloatingPoint {}

extension ArithmeticScalar where Self: BinaryFloatingPoint {
  @inline(__always) package static func adding(_ a: Self, _ b: Self) -> Self { a + b }
  @inline(__always) package static func subtracting(_ a: Self, _ b: Self) -> Self { a - b }
  @inline(__always) package static func multiplying(_ a: Self, _ b: Self) -> Self { a * b }
  @inline(__always) package static func dividing(_ a: Self, _ b: Self) -> Self { a / b }
  @inline(__always) package static func negating(_ a: Self) -> Self { -a }
  @inline(__always) package var isNotANumber: Bool { isNaN }
}

extension ArithmeticScalar where Self: FixedWidthInteger {
  @inline(__always) package static func adding(_ a: Self, _ b: Self) -> Self { a &+ b }
  @inline(__always) package static func subtracting(_ a: Self, _ b: Self) -> Self { a &- b }
  @inline(__always) package static func multiplying(_ a: Self, _ b: Self) -> Self { a &* b }
  @inline(__always) package static func dividing(_ a: Self, _ b: Self) -> Self {
    b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
  }
  @inline(__always) package static func negating(_ a: Self) -> Self { 0 &- a }
  @inline(__always) package var isNotANumber: Bool { false }
}

extension Float: FloatingScalar {}
extension Double: FloatingScalar {}
extension Int64: ArithmeticScalar {}
extension UInt64: ArithmeticScalar {}
