import COnnxProto

// Reading the fields of protobuf-c's decoded messages. Texts were checked to be UTF-8 without zero bytes by
// `SkeletonScanner`, so that making a `String` changes nothing.

/// The text of a `string` field; `nil` if it is absent.
func text(_ field: UnsafeMutablePointer<CChar>?) -> String? { field.map { String(cString: $0) } }

/// The texts of a repeated `string` field.
func texts(_ fields: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ count: Int) -> [String] {
  UnsafeBufferPointer(start: fields, count: count).map { text($0) ?? "" }
}

/// The bytes of a `bytes` field.
func byteArray(_ field: ProtobufCBinaryData) -> [UInt8] {
  Array(UnsafeBufferPointer(start: field.data, count: field.len))
}

/// The byte strings of a repeated `bytes` field.
func byteArrays(_ fields: UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: Int) -> [[UInt8]] {
  UnsafeBufferPointer(start: fields, count: count).map(byteArray)
}

/// The numbers of a repeated field.
func numbers<T>(_ fields: UnsafeMutablePointer<T>?, _ count: Int) -> [T] {
  Array(UnsafeBufferPointer(start: fields, count: count))
}

/// The messages of a repeated field, each converted.
func messages<Message, Record>(
  _ fields: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int,
  _ convert: (UnsafeMutablePointer<Message>) throws -> Record
) rethrows -> [Record] {
  try UnsafeBufferPointer(start: fields, count: count).compactMap { try $0.map(convert) }
}

/// The pairs of a repeated `StringStringEntryProto`.
func entries(
  _ fields: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__StringStringEntryProto>?>?, _ count: Int
) -> [OnnxEntry] {
  messages(fields, count) { OnnxEntry(text($0.pointee.key) ?? "", text($0.pointee.value) ?? "") }
}

/// The fields that the schema does not know.
func unknownFields(_ base: ProtobufCMessage) -> [UnknownField] {
  UnsafeBufferPointer(start: base.unknown_fields, count: Int(base.n_unknown_fields)).map {
    UnknownField(
      number: $0.tag, wireType: UInt8(truncatingIfNeeded: $0.wire_type.rawValue),
      bytes: Array(UnsafeBufferPointer(start: $0.data, count: $0.len)))
  }
}
