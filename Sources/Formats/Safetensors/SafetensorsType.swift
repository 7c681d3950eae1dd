import CNNTensors

extension ElementType {
  /// Every type of the safetensors format, in the order in which the library sorts tensors of different types.
  private static let safetensorsNames: [(name: String, type: ElementType)] = [
    ("BOOL", .bool), ("F4", .float4e2m1), ("F6_E2M3", .float6e2m3), ("F6_E3M2", .float6e3m2), ("U8", .uint8),
    ("I8", .int8), ("F8_E5M2", .float8e5m2), ("F8_E4M3", .float8e4m3fn), ("F8_E8M0", .float8e8m0),
    ("F8_E4M3FNUZ", .float8e4m3fnuz), ("F8_E5M2FNUZ", .float8e5m2fnuz), ("I16", .int16), ("U16", .uint16),
    ("F16", .float16), ("BF16", .bfloat16), ("I32", .int32), ("U32", .uint32), ("F32", .float32), ("C64", .complex64),
    ("F64", .float64), ("I64", .int64), ("U64", .uint64),
  ]

  /// The type of a `dtype`; `nil` if no type has that name.
  init?(safetensorsName name: String) {
    guard let type = Self.safetensorsNames.first(where: { $0.name == name })?.type else { return nil }
    self = type
  }

  /// The `dtype` and its index in the library's order; `nil` for types that the format lacks.
  var safetensors: (name: String, rank: Int)? {
    Self.safetensorsNames.firstIndex { $0.type == self }.map { (Self.safetensorsNames[$0].name, $0) }
  }
}
