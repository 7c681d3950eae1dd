import CNNTensors

/// A tensor's elements on their way into a `TensorProto` field.
struct TensorPayload {
  let storage: Storage
  let elementType: ElementType
  /// Number of elements.
  let count: Int
  let field: PayloadToken.Field
  /// Bytes that the field takes, without tag and length.
  let length: Int

  init(_ storage: Storage, _ elementType: ElementType, count: Int, _ field: PayloadToken.Field) {
    (self.storage, self.elementType, self.count, self.field) = (storage, elementType, count, field)
    length =
      switch field {
      case .raw, .float, .double: storage.byteCount
      case .int32, .int64, .uint64:
        storage.withBytes { TypedPayload(elementType: elementType).encodedByteCount(of: $0, count: count) }
      }
  }

  /// Writes ``length`` bytes.
  func write(to file: AtomicFile) throws {
    switch field {
    case .raw, .float, .double: try file.write(storage)
    case .int32, .int64, .uint64: try storage.withBytes { try writeVarints($0, to: file) }
    }
  }

  private func writeVarints(_ bytes: UnsafeRawBufferPointer, to file: AtomicFile) throws {
    let typed = TypedPayload(elementType: elementType)
    for index in typed.entries(of: bytes, count: count) {
      try file.writeVarint(typed.entry(at: index, of: bytes))
    }
  }
}

extension AtomicFile {
  /// Appends a protobuf varint.
  func writeVarint(_ value: UInt64) throws(FileError) {
    var code: (UInt64, UInt64) = (0, 0)
    var rest = value
    var error: FileError?
    withUnsafeMutableBytes(of: &code) { bytes in
      var count = 0
      while rest >= 0x80 {
        bytes[count] = UInt8(truncatingIfNeeded: rest) | 0x80
        rest >>= 7
        count += 1
      }
      bytes[count] = UInt8(truncatingIfNeeded: rest)
      do throws(FileError) {
        try write(UnsafeRawBufferPointer(rebasing: bytes[...count]))
      } catch let failure { error = failure }
    }
    if let error { throw error }
  }
}
