import CNNTensors

/// Rounding to a 16-bit floating-point type between the steps of a computation, where ONNX's definition of an operator is
/// a sequence of operators in that type; every other type is left alone.
package enum ShortRounding: Sendable {
  case none, float16, bfloat16

  package init(_ type: ElementType) {
    switch type {
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    default: self = .none
    }
  }

  @inline(__always)
  package func callAsFunction<T: FloatingScalar>(_ x: T) -> T {
    switch self {
    case .none: return x
    case .float16: return T(Float(Float16(Float(x))))
    case .bfloat16:
      let bits = Float(x).bitPattern
      guard !x.isNaN else { return x }
      return T(Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000))
    }
  }

  /// Rounds elements in place.
  package func round<T: FloatingScalar>(_ values: UnsafeMutableBufferPointer<T>) {
    guard self != .none else { return }
    for i in values.indices { values[i] = self(values[i]) }
  }
}
