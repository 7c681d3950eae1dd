import CNNGraphs
import CNNTensors

extension ElementType {
  /// The types in the order of ONNX's `DataType` numbers, from 1 on, under the names that `Cast` used before version 6.
  private static let dataTypes: [(name: String, type: ElementType)] = [
    ("FLOAT", .float32), ("UINT8", .uint8), ("INT8", .int8), ("UINT16", .uint16), ("INT16", .int16),
    ("INT32", .int32), ("INT64", .int64), ("STRING", .string), ("BOOL", .bool), ("FLOAT16", .float16),
    ("DOUBLE", .float64), ("UINT32", .uint32), ("UINT64", .uint64), ("COMPLEX64", .complex64),
    ("COMPLEX128", .complex128), ("BFLOAT16", .bfloat16), ("FLOAT8E4M3FN", .float8e4m3fn),
    ("FLOAT8E4M3FNUZ", .float8e4m3fnuz), ("FLOAT8E5M2", .float8e5m2), ("FLOAT8E5M2FNUZ", .float8e5m2fnuz),
    ("UINT4", .uint4), ("INT4", .int4), ("FLOAT4E2M1", .float4e2m1), ("FLOAT8E8M0", .float8e8m0),
    ("UINT2", .uint2), ("INT2", .int2), ("FLOAT6E2M3", .float6e2m3), ("FLOAT6E3M2", .float6e3m2),
  ]

  /// The type that an attribute such as `to` or `dtype` names by its number; `nil` for 0 and unknown ones.
  package init?(dataTypeNumber number: Int) {
    guard Self.dataTypes.indices.contains(number &- 1) else { return nil }
    self = Self.dataTypes[number - 1].type
  }

  /// The type's number in attributes such as `to` and `dtype`.
  package var dataTypeNumber: Int { (Self.dataTypes.firstIndex { $0.type == self } ?? -1) + 1 }

  /// The type that the oldest files name in words.
  package init?(dataTypeName name: String) {
    guard let type = Self.dataTypes.first(where: { $0.name == name })?.type else { return nil }
    self = type
  }

  /// The type's name in the oldest files.
  package var dataTypeName: String { Self.dataTypes.first { $0.type == self }?.name ?? "UNDEFINED" }
}

extension NodeReader {
  /// An element type, if it is given; 0 counts as not given.
  package mutating func elementType(_ name: String) throws -> ElementType? {
    guard let number = try int(name), number != 0 else { return nil }
    guard let type = ElementType(dataTypeNumber: number) else {
      throw OperatorError.attribute(name, "\(number) is no element type")
    }
    return type
  }
}

extension NodeWriter {
  /// Sets an element type, unless it is `nil` or the default.
  package mutating func set(_ name: String, _ type: ElementType?, unless standard: ElementType? = nil) {
    if let type, type != standard { set(name, .int(type.dataTypeNumber)) }
  }
}
