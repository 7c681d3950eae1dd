/// The four types that reference kernels compute in: every real or integer element type converts to one of them
/// without loss.
public protocol NumericScalar: TensorElement, Comparable, Numeric {
  /// Rounds toward zero, wraps around when out of range; NaN becomes 0.
  init(wrapping value: Double)
  /// Wraps around when out of range.
  init(wrapping value: Int64)
  /// Wraps around when out of range.
  init(wrapping value: UInt64)
  /// The nearest `Double`.
  var asDouble: Double { get }
  /// Rounds toward zero, wraps around when out of range; NaN becomes 0.
  var asInt64: Int64 { get }
}

extension Double {
  /// Truncated toward zero and reduced modulo 2^64, as a C cast through a wide integer would; 0 for NaN and infinity.
  @usableFromInline var wrappedInt64: Int64 {
    if let exact = Int64(exactly: self.rounded(.towardZero)) { return exact }
    guard isFinite else { return 0 }
    let wrapped = self.rounded(.towardZero).truncatingRemainder(dividingBy: 0x1p64)
    return Int64(truncatingIfNeeded: UInt64(wrapped.magnitude)) &* (wrapped < 0 ? -1 : 1)
  }
}

extension Float: NumericScalar {
  /// The nearest `Float`.
  public init(wrapping value: Double) { self.init(value) }
  /// The nearest `Float`.
  public init(wrapping value: Int64) { self.init(value) }
  /// The nearest `Float`.
  public init(wrapping value: UInt64) { self.init(value) }
  /// The nearest `Double`.
  public var asDouble: Double { Double(self) }
  /// Rounded toward zero; wraps around when out of range, and NaN becomes 0.
  public var asInt64: Int64 { Double(self).wrappedInt64 }
}

extension Double: NumericScalar {
  /// The value itself.
  public init(wrapping value: Double) { self = value }
  /// The nearest `Double`.
  public init(wrapping value: Int64) { self.init(value) }
  /// The nearest `Double`.
  public init(wrapping value: UInt64) { self.init(value) }
  /// The nearest `Double`.
  public var asDouble: Double { self }
  /// Rounded toward zero; wraps around when out of range, and NaN becomes 0.
  public var asInt64: Int64 { wrappedInt64 }
}

extension Int64: NumericScalar {
  /// Converts; wraps around when out of range.
  public init(wrapping value: Double) { self = value.wrappedInt64 }
  /// Converts; wraps around when out of range.
  public init(wrapping value: Int64) { self = value }
  /// Converts; wraps around when out of range.
  public init(wrapping value: UInt64) { self.init(truncatingIfNeeded: value) }
  /// The nearest `Double`.
  public var asDouble: Double { Double(self) }
  /// Rounded toward zero; wraps around when out of range, and NaN becomes 0.
  public var asInt64: Int64 { self }
}

extension UInt64: NumericScalar {
  /// Converts; wraps around when out of range.
  public init(wrapping value: Double) {
    self = UInt64(exactly: value.rounded(.towardZero)) ?? UInt64(truncatingIfNeeded: value.wrappedInt64)
  }
  /// Converts; wraps around when out of range.
  public init(wrapping value: Int64) { self.init(truncatingIfNeeded: value) }
  /// Converts; wraps around when out of range.
  public init(wrapping value: UInt64) { self = value }
  /// The nearest `Double`.
  public var asDouble: Double { Double(self) }
  /// Rounded toward zero; wraps around when out of range, and NaN becomes 0.
  public var asInt64: Int64 { Int64(truncatingIfNeeded: self) }
}
