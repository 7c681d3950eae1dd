import CNNTensors
import COnnxProto

extension RecordDecoder {
  func tensor(_ message: UnsafeMutablePointer<Onnx__TensorProto>) throws -> OnnxTensor {
    let source = message.pointee
    let name = text(source.name)
    guard source.segment == nil else { throw FormatError.segmentedTensor(name) }
    guard let elementType = ElementType(onnxNumber: Int(source.data_type)) else {
      throw FormatError.unsupportedElementType(number: Int(source.data_type), tensor: name)
    }
    let shape = try extents(source.dims, source.n_dims, elementType, name)
    var tensor: OnnxTensor
    if source.has_data_location != 0 && source.data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL {
      let location = entries(source.external_data, source.n_external_data)
      tensor = OnnxTensor(name: name, elementType: elementType, shape: shape, payload: .external(location))
    } else {
      let count = try checked(name) { () throws(TensorError) in try Tensor.elementCount(of: shape, elementType) }
      let payload = try self.payload(source, elementType, count: count, shape, name)
      tensor = OnnxTensor(name: name, elementType: elementType, shape: shape, payload: payload.payload)
      tensor.encoding = payload.encoding
    }
    tensor.documentation = text(source.doc_string)
    tensor.metadata = entries(source.metadata_props, source.n_metadata_props)
    tensor.unknown = unknownFields(source.base)
    return tensor
  }

  func sparseTensor(_ message: UnsafeMutablePointer<Onnx__SparseTensorProto>) throws -> OnnxSparseTensor {
    let source = message.pointee
    guard let values = source.values else { throw FormatError.missing(field: "values", message: "SparseTensorProto") }
    guard let indices = source.indices else {
      throw FormatError.missing(field: "indices", message: "SparseTensorProto")
    }
    let valuesRecord = try tensor(values)
    let shape = try extents(source.dims, source.n_dims, valuesRecord.elementType, valuesRecord.name)
    return OnnxSparseTensor(values: valuesRecord, indices: try tensor(indices), shape: shape)
  }

  /// The extents, none of them negative.
  private func extents(
    _ fields: UnsafeMutablePointer<Int64>?, _ count: Int, _ type: ElementType, _ name: String?
  ) throws -> [Int] {
    let shape = numbers(fields, count).map { Int($0) }
    guard shape.allSatisfy({ $0 >= 0 }) else { throw FormatError.tensor(name, .negativeDimension(shape)) }
    return shape
  }

  private func payload(
    _ source: Onnx__TensorProto, _ type: ElementType, count: Int, _ shape: [Int], _ name: String?
  ) throws -> (payload: OnnxTensor.Payload, encoding: OnnxTensor.Encoding) {
    let token =
      source.has_raw_data != 0
      ? PayloadToken(UnsafeRawBufferPointer(start: source.raw_data.data, count: source.raw_data.len)) : nil
    if type == .string {
      guard token == nil else { throw FormatError.misplacedPayload(tensor: name, field: "raw_data", type: type) }
      guard source.n_string_data == count else {
        throw FormatError.payloadSize(tensor: name, expected: count, found: source.n_string_data)
      }
      return (.strings(byteArrays(source.string_data, source.n_string_data)), .typed)
    }
    guard let byteCount = type.byteCount(of: count) else { throw FormatError.tensor(name, .tooLarge(shape, type)) }
    guard let token else { return (.bytes(try decodedFields(source, type, byteCount, name)), .typed) }
    guard token.field != .raw else { return (.bytes(try view(of: token, byteCount, name)), .raw) }
    return (.bytes(try storage(of: token, type, byteCount, name)), .typed)
  }

  /// The elements of a single packed field, read from the file.
  private func storage(
    of token: PayloadToken, _ type: ElementType, _ byteCount: Int, _ name: String?
  ) throws -> Storage {
    guard token.field == type.onnxField || token.length == 0 else {
      throw FormatError.misplacedPayload(tensor: name, field: token.field.name, type: type)
    }
    if token.field == .float || token.field == .double { return try view(of: token, byteCount, name) }
    return try file.withBytes { bytes in
      let run = token.location..<token.location + token.length
      let typed = TypedPayload(elementType: type)
      let found = TypedPayload.entryCount(of: UnsafeRawBufferPointer(rebasing: bytes[run]))
      return try allocate(typed, entries: found, byteCount, name) { target in
        try typed.decode(WireReader(bytes, run), into: target)
      }
    }
  }

  /// The elements of fields that protobuf-c decoded: single entries, or several packed runs.
  private func decodedFields(
    _ source: Onnx__TensorProto, _ type: ElementType, _ byteCount: Int, _ name: String?
  ) throws -> Storage {
    let counts: [(PayloadToken.Field, Int)] = [
      (.float, source.n_float_data), (.int32, source.n_int32_data), (.int64, source.n_int64_data),
      (.double, source.n_double_data), (.uint64, source.n_uint64_data),
    ]
    for (field, count) in counts where count > 0 && field != type.onnxField {
      throw FormatError.misplacedPayload(tensor: name, field: field.name, type: type)
    }
    guard source.n_string_data == 0 else {
      throw FormatError.misplacedPayload(tensor: name, field: "string_data", type: type)
    }
    let typed = TypedPayload(elementType: type)
    func copy<T: FixedWidthInteger>(_ fields: UnsafeMutablePointer<T>?, _ count: Int) throws -> Storage {
      try allocate(typed, entries: count, byteCount, name) { target in
        for i in 0..<count {
          guard let fields else { break }
          typed.store(UInt64(truncatingIfNeeded: fields[i]), at: i, into: target)
        }
      }
    }
    func copy<T: BinaryFloatingPoint>(_ fields: UnsafeMutablePointer<T>?, _ count: Int) throws -> Storage {
      let bytes = UnsafeRawBufferPointer(start: fields, count: count * MemoryLayout<T>.stride)
      guard bytes.count == byteCount else {
        throw FormatError.payloadSize(tensor: name, expected: byteCount, found: bytes.count)
      }
      return try checked(name) { try Storage(copying: bytes) }
    }
    switch type.onnxField {
    case .float: return try copy(source.float_data, source.n_float_data)
    case .double: return try copy(source.double_data, source.n_double_data)
    case .int64: return try copy(source.int64_data, source.n_int64_data)
    case .uint64: return try copy(source.uint64_data, source.n_uint64_data)
    default: return try copy(source.int32_data, source.n_int32_data)
    }
  }

  /// Memory for `byteCount` bytes, after a check that so many entries make them.
  private func allocate(
    _ typed: TypedPayload, entries: Int, _ byteCount: Int, _ name: String?,
    _ body: (UnsafeMutableRawBufferPointer) throws -> Void
  ) throws -> Storage {
    let found = typed.byteCount(ofEntries: entries)
    guard found == byteCount else {
      throw FormatError.payloadSize(tensor: name, expected: byteCount, found: found ?? .max)
    }
    return try checked(name) { try Storage(byteCount: byteCount, body) }
  }

  /// The payload where it lies in the file.
  private func view(of token: PayloadToken, _ byteCount: Int, _ name: String?) throws -> Storage {
    guard token.length == byteCount else {
      throw FormatError.payloadSize(tensor: name, expected: byteCount, found: token.length)
    }
    return try checked(name) { try Storage(file: file, offset: token.location, count: token.length) }
  }

  /// Says which tensor an error of the tensor library is about.
  private func checked<R>(_ name: String?, _ body: () throws -> R) throws -> R {
    do { return try body() } catch let error as TensorError { throw FormatError.tensor(name, error) }
  }
}

extension PayloadToken.Field {
  /// The field's name in `TensorProto`.
  var name: String {
    switch self {
    case .float: "float_data"
    case .int32: "int32_data"
    case .int64: "int64_data"
    case .raw: "raw_data"
    case .double: "double_data"
    case .uint64: "uint64_data"
    }
  }
}
