import CNNGraphs
import CNNTensors

/// `a` to the power of `b`, broadcast, of the base's type. An integer to the power of an integer wraps around, or is the
/// exact value cut toward zero if the exponent is negative.
public struct Power: BroadcastingOperator {
  /// Name, versions and arity.
  public static let signature = OperatorSignature("Pow", versions: [1, 7, 12, 13, 15], inputs: 2...2)

  /// Where the second input begins in the first, for models before version 7.
  public let legacyAxis: Int?

  /// Makes the operator with these settings.
  public init(legacyAxis: Int? = nil) { self.legacyAxis = legacyAxis }

  /// The types of the outputs.
  public func infer(_ context: InferenceContext) throws -> [InferredValue] {
    [.tensor(context.elementType(0), try LegacyBroadcast.infer(context, axis: legacyAxis))]
  }

  /// The outputs by the reference evaluation.
  public func evaluate(_ context: EvaluationContext) throws -> [RuntimeValue] {
    let base = try context.tensor(0)
    let exponent = try LegacyBroadcast.aligned(try context.tensor(1), with: base, axis: legacyAxis)
    guard let kind = base.elementType.numericKind, let other = exponent.elementType.numericKind else {
      throw OperatorError.elementType(input: base.elementType.numericKind == nil ? 0 : 1, found: .string)
    }
    switch (kind, other) {
    case (.float, .float): return [.tensor(try raise(base, exponent, Float.power))]
    case (.signed, .signed), (.signed, .unsigned): return [.tensor(try raise(base, exponent, Int64.power))]
    case (.unsigned, .signed), (.unsigned, .unsigned): return [.tensor(try raise(base, exponent, UInt64.power))]
    case (.signed, _): return [.tensor(try raise(base, exponent, Int64.realPower))]
    case (.unsigned, _): return [.tensor(try raise(base, exponent, UInt64.realPower))]
    default: return [.tensor(try raise(base, exponent, Double.power))]
    }
  }

  @inline(__always)
  private func raise<T: ArithmeticScalar, E: ArithmeticScalar>(
    _ base: Tensor, _ exponent: Tensor, _ power: (T, E) -> T
  ) throws -> Tensor {
    let broadcast = try Broadcast(base.shape, exponent.shape)
    return try base.withValues(as: T.self) { x in
      try exponent.withValues(as: E.self) { y in
        try Tensor(base.elementType, shape: broadcast.shape) { (target: UnsafeMutableBufferPointer<T>) in
          broadcast.map(x, y, into: target) { power($0, $1) }
        }
      }
    }
  }
}

extension FloatingScalar {
  /// The small powers that networks use are cheaper as products.
  @inline(__always)
  fileprivate static func power(_ base: Self, _ exponent: Self) -> Self {
    if exponent == 0 { return 1 }
    if exponent == 2 { return base * base }
    if exponent == 3 { return base * base * base }
    let remainder = exponent.magnitude.truncatingRemainder(dividingBy: 2)
    if base == 0 {
      if exponent.isNaN { return .nan }
      let power: Self = exponent > 0 ? 0 : .infinity
      return base.sign == .minus && remainder == 1 ? -power : power
    }
    // Unlike Swift's, C's power of a negative base is a number if the exponent is an integer, or either is infinite.
    guard base < 0 else { return pow(base, exponent) }
    guard exponent.rounded(.towardZero) == exponent || base.isInfinite && !exponent.isNaN else { return .nan }
    let power = pow(-base, exponent)
    return remainder == 1 ? -power : power
  }
}

extension ArithmeticScalar where Self: FixedWidthInteger {
  fileprivate static func power(_ base: Self, _ exponent: Int64) -> Self {
    guard exponent >= 0 else {
      if base == 1 { return 1 }
      return negating(base) == 1 ? (exponent & 1 == 0 ? 1 : base) : 0
    }
    var (result, factor, rest): (Self, Self, Int64) = (1, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = result &* factor }
      factor = factor &* factor
      rest >>= 1
    }
    return result
  }

  /// A whole exponent is exact, for an integer of 64 bits has more digits than a `Double`.
  fileprivate static func realPower(_ base: Self, _ exponent: Double) -> Self {
    if let whole = Int64(exactly: exponent) { return power(base, whole) }
    return Self(wrapping: Double.power(base.asDouble, exponent))
  }
}
