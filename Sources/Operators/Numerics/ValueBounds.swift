import CNNTensors

extension ElementType {
  /// The least and the greatest value: infinite for floating-point types.
  @inline(__always)
  package func bounds<T: ArithmeticScalar>(as _: T.Type) -> (low: T, high: T) {
    guard isInteger || self == .bool else { return (T.lowest, T.highest) }
    let width = self == .bool ? 1 : bitWidth
    guard width < 64 else { return (T.lowest, T.highest) }
    let isSigned = numericKind == .signed
    let high = Int64(1) << Int64(isSigned ? width - 1 : width) - 1
    return (T(wrapping: isSigned ? -high - 1 : 0), T(wrapping: high))
  }
}
