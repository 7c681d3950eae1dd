/// Stands for a tensor's payload in the small copy of a model that protobuf-c sees.
///
/// When reading, the copy is made with a token in place of every `raw_data`, so nothing a file contains can pass for
/// one. When writing, the program makes all of them.
package struct PayloadToken: Equatable {
  /// The `TensorProto` fields that hold elements.
  package enum Field: UInt8 {
    case float = 4
    case int32 = 5
    case int64 = 7
    case raw = 9
    case double = 10
    case uint64 = 11
  }

  /// Bytes of a token on the wire.
  static let byteCount = 17

  /// The field that the payload stands in.
  var field: Field
  /// Reading: where it begins in the file. Writing: its index in the list of payloads.
  var location: Int
  /// Its bytes on the wire, without tag and length.
  var length: Int

  package init(_ field: Field, location: Int, length: Int) {
    (self.field, self.location, self.length) = (field, location, length)
  }

  /// Takes a token back from its bytes.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount, let field = Field(rawValue: bytes[0]),
      let location = Int(exactly: bytes.loadUnaligned(fromByteOffset: 1, as: UInt64.self)),
      let length = Int(exactly: bytes.loadUnaligned(fromByteOffset: 9, as: UInt64.self))
    else { return nil }
    self.init(field, location: location, length: length)
  }

  /// The token's bytes, only ever read by this process.
  package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 1) { target in
      target[0] = field.rawValue
      target.storeBytes(of: UInt64(location), toByteOffset: 1, as: UInt64.self)
      target.storeBytes(of: UInt64(length), toByteOffset: 9, as: UInt64.self)
      return try body(UnsafeRawBufferPointer(target))
    }
  }
}
