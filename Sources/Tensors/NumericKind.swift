/// Which ``NumericScalar`` an element type is computed in.
public enum NumericKind: Sendable {
  case float, double, signed, unsigned
}

extension ElementType {
  /// The type to compute in; `nil` for strings and complex numbers. Booleans count as unsigned 0 and 1.
  public var numericKind: NumericKind? {
    switch self {
    case .float64: .double
    case .float32, .float16, .bfloat16, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0,
      .float4e2m1, .float6e2m3, .float6e3m2:
      .float
    case .int8, .int16, .int32, .int64, .int4, .int2: .signed
    case .uint8, .uint16, .uint32, .uint64, .bool, .uint4, .uint2: .unsigned
    case .string, .complex64, .complex128: nil
    }
  }
}
