import CNNTensors

/// An element type as PyTorch names it, whether or not there is one of it here.
struct TorchType: Hashable {
  /// The name, such as `float32` or `quint8`; empty for bytes of no type.
  let name: String
  /// The type of the elements; `nil` for those that cannot be used.
  let elementType: ElementType?

  /// Bytes of no type, as `UntypedStorage` holds.
  static let untyped = TorchType(name: "", elementType: nil, isKnown: true)

  /// Bytes of one element in a storage; `nil` if that is not known.
  var width: Int? {
    if self == Self.untyped { return 1 }
    return elementType.map { $0.bitWidth / 8 } ?? Self.unusableWidths[name]
  }

  private init(name: String, elementType: ElementType?, isKnown: Bool) {
    (self.name, self.elementType) = (name, elementType)
  }

  /// The type of a name in module `torch`; `nil` for names of other things.
  init?(name: String) {
    guard let type = Self.types[name] else {
      guard Self.unusableWidths[name] != nil else { return nil }
      self.init(name: name, elementType: nil, isKnown: true)
      return
    }
    self.init(name: "\(type)", elementType: type, isKnown: true)
  }

  /// The type of a class such as `FloatStorage`; `nil` if there is no such class.
  init?(storageClass: String) {
    guard let name = Self.storageClasses[storageClass] else { return nil }
    self.init(name: name)
  }

  private static let types: [String: ElementType] = [
    "float32": .float32, "float": .float32, "float64": .float64, "double": .float64, "float16": .float16,
    "half": .float16, "bfloat16": .bfloat16, "int8": .int8, "int16": .int16, "short": .int16, "int32": .int32,
    "int": .int32, "int64": .int64, "long": .int64, "uint8": .uint8, "uint16": .uint16, "uint32": .uint32,
    "uint64": .uint64, "bool": .bool, "complex64": .complex64, "cfloat": .complex64, "complex128": .complex128,
    "cdouble": .complex128, "float8_e4m3fn": .float8e4m3fn, "float8_e4m3fnuz": .float8e4m3fnuz,
    "float8_e5m2": .float8e5m2, "float8_e5m2fnuz": .float8e5m2fnuz, "float8_e8m0fnu": .float8e8m0,
  ]

  /// Types without a counterpart, and the bytes of an element.
  private static let unusableWidths: [String: Int] = [
    "complex32": 4, "chalf": 4, "qint8": 1, "quint8": 1, "qint32": 4, "quint4x2": 1, "quint2x4": 1, "bits1x8": 1,
    "bits2x4": 1, "bits4x2": 1, "bits8": 1, "bits16": 2, "float4_e2m1fn_x2": 1, "int1": 1, "int2": 1, "int3": 1,
    "int4": 1, "int5": 1, "int6": 1, "int7": 1, "uint1": 1, "uint2": 1, "uint3": 1, "uint4": 1, "uint5": 1, "uint6": 1,
    "uint7": 1,
  ]

  private static let storageClasses = [
    "FloatStorage": "float32", "DoubleStorage": "float64", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
    "CharStorage": "int8", "ShortStorage": "int16", "IntStorage": "int32", "LongStorage": "int64",
    "ByteStorage": "uint8", "BoolStorage": "bool", "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128", "QInt8Storage": "qint8", "QUInt8Storage": "quint8", "QInt32Storage": "qint32",
    "QUInt4x2Storage": "quint4x2", "QUInt2x4Storage": "quint2x4",
  ]

  /// The class of storages that pickles name for an element type; `nil` if they name none.
  static func storageClass(of type: ElementType) -> String? {
    let name = TorchType.types.first { $0.value == type && !Self.aliases.contains($0.key) }?.key
    return storageClasses.first { $0.value == name }?.key
  }

  /// The name of an element type in module `torch`; `nil` for types that PyTorch lacks.
  static func name(of type: ElementType) -> String? {
    types.first { $0.value == type && !aliases.contains($0.key) }?.key
  }

  private static let aliases: Set<String> = ["float", "double", "half", "short", "int", "long", "cfloat", "cdouble"]
}
