import CNNTensors

extension ElementType {
  /// The element type of a `TensorProto.DataType` number; `nil` for 0 (undefined) and for types not known here.
  package init?(onnxNumber: Int) {
    guard let type = Self.onnxNumbers.first(where: { $0.number == onnxNumber })?.type else { return nil }
    self = type
  }

  /// The `TensorProto.DataType` number.
  package var onnxNumber: Int { Self.onnxNumbers.first { $0.type == self }?.number ?? 0 }

  private static let onnxNumbers: [(number: Int, type: ElementType)] = [
    (1, .float32), (2, .uint8), (3, .int8), (4, .uint16), (5, .int16), (6, .int32), (7, .int64), (8, .string),
    (9, .bool), (10, .float16), (11, .float64), (12, .uint32), (13, .uint64), (14, .complex64), (15, .complex128),
    (16, .bfloat16), (17, .float8e4m3fn), (18, .float8e4m3fnuz), (19, .float8e5m2), (20, .float8e5m2fnuz),
    (21, .uint4), (22, .int4), (23, .float4e2m1), (24, .float8e8m0), (25, .uint2), (26, .int2),
    (27, .float6e2m3), (28, .float6e3m2),
  ]

  /// The typed field of `TensorProto` that holds elements of this type; `nil` for strings.
  var onnxField: PayloadToken.Field? {
    switch self {
    case .float32, .complex64: .float
    case .float64, .complex128: .double
    case .int64: .int64
    case .uint32, .uint64: .uint64
    case .string: nil
    default: .int32
    }
  }
}
