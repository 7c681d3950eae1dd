/// The type of one tensor element: every type ONNX, PyTorch and safetensors can store.
public enum ElementType: UInt8, CaseIterable, Hashable, Sendable {
  case float32, float64, float16, bfloat16
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case bool, string
  case complex64, complex128
  case float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz, float8e8m0
  case float4e2m1
  case int4, uint4, int2, uint2

  /// Bits of one element; several elements share a byte below 8. Strings have no fixed width and answer 0.
  public var bitWidth: Int {
    switch self {
    case .string: 0
    case .int2, .uint2: 2
    case .int4, .uint4, .float4e2m1: 4
    case .int8, .uint8, .bool, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0: 8
    case .float16, .bfloat16, .int16, .uint16: 16
    case .float32, .int32, .uint32: 32
    case .float64, .int64, .uint64, .complex64: 64
    case .complex128: 128
    }
  }

  /// True for real floating-point types of any width.
  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .float64, .float16, .bfloat16, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz,
      .float8e8m0, .float4e2m1:
      true
    default: false
    }
  }

  /// True for signed and unsigned integers of any width, but not for `bool`.
  public var isInteger: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .int4, .uint4, .int2, .uint2: true
    default: false
    }
  }

  /// Bytes that `count` elements take, sub-byte types packed; `nil` when that overflows or the type has no width.
  public func byteCount(of count: Int) -> Int? {
    guard self != .string, count >= 0 else { return nil }
    if bitWidth < 8 {
      let perByte = 8 / bitWidth
      return count / perByte + (count % perByte == 0 ? 0 : 1)
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: bitWidth / 8)
    return overflow ? nil : bytes
  }
}

extension ElementType: CustomStringConvertible {
  /// The type's usual name, such as `float32`.
  public var description: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .uint8: "uint8"
    case .uint16: "uint16"
    case .uint32: "uint32"
    case .uint64: "uint64"
    case .bool: "bool"
    case .string: "string"
    case .complex64: "complex64"
    case .complex128: "complex128"
    case .float8e4m3fn: "float8e4m3fn"
    case .float8e4m3fnuz: "float8e4m3fnuz"
    case .float8e5m2: "float8e5m2"
    case .float8e5m2fnuz: "float8e5m2fnuz"
    case .float8e8m0: "float8e8m0"
    case .float4e2m1: "float4e2m1"
    case .int4: "int4"
    case .uint4: "uint4"
    case .int2: "int2"
    case .uint2: "uint2"
    }
  }
}
