import COnnxProto

/// Memory for protobuf-c messages made from records, all freed at once.
final class ProtoArena {
  private static let blockSize = 1 << 16
  private var blocks: [UnsafeMutableRawPointer] = []
  private var next = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  deinit { for block in blocks { block.deallocate() } }

  private func allocate<T>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
    // Multiples of 16 keep everything aligned.
    let size = (max(count, 1) * MemoryLayout<T>.stride + 15) & ~15
    if size > next.count {
      let block = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, Self.blockSize), alignment: 16)
      if let base = block.baseAddress { blocks.append(base) }
      next = block
    }
    let memory = UnsafeMutableRawBufferPointer(rebasing: next[..<size])
    next = UnsafeMutableRawBufferPointer(rebasing: next[size...])
    return memory.bindMemory(to: T.self).baseAddress ?? .allocate(capacity: count)
  }

  /// A message in its initial state.
  func message<Message>(_ initialize: (UnsafeMutablePointer<Message>?) -> Void) -> UnsafeMutablePointer<Message> {
    let message = allocate(Message.self, 1)
    initialize(message)
    return message
  }

  /// The numbers of a repeated field.
  func numbers<T: BitwiseCopyable>(_ values: [T]) -> UnsafeMutablePointer<T>? {
    guard !values.isEmpty else { return nil }
    let memory = allocate(T.self, values.count)
    values.withUnsafeBufferPointer { source in
      for i in 0..<source.count { (memory + i).initialize(to: source[i]) }
    }
    return memory
  }

  /// A text field; `name` says which one in errors.
  /// - Throws: ``FormatError/zeroByte(field:at:)``: protobuf-c's texts end at a zero byte.
  func text(_ value: String?, _ name: String) throws(FormatError) -> UnsafeMutablePointer<CChar>? {
    guard var value else { return nil }
    let copy: UnsafeMutablePointer<CChar>? = value.withUTF8 { utf8 in
      guard !utf8.contains(0) else { return nil }
      let memory = allocate(CChar.self, utf8.count + 1)
      for i in 0..<utf8.count { memory[i] = CChar(bitPattern: utf8[i]) }
      memory[utf8.count] = 0
      return memory
    }
    guard let copy else { throw .zeroByte(field: name, at: nil) }
    return copy
  }

  /// A repeated text field.
  func texts(
    _ values: [String], _ name: String
  ) throws(FormatError) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    var pointers: [UnsafeMutablePointer<CChar>?] = []
    pointers.reserveCapacity(values.count)
    for value in values { pointers.append(try text(value, name)) }
    return pointerList(pointers)
  }

  /// A field of bytes.
  func bytes(_ values: [UInt8]) -> ProtobufCBinaryData {
    ProtobufCBinaryData(len: values.count, data: numbers(values) ?? allocate(UInt8.self, 1))
  }

  /// A repeated field of bytes.
  func byteStrings(_ values: [[UInt8]]) -> UnsafeMutablePointer<ProtobufCBinaryData>? {
    guard !values.isEmpty else { return nil }
    let memory = allocate(ProtobufCBinaryData.self, values.count)
    for (i, value) in values.enumerated() { (memory + i).initialize(to: bytes(value)) }
    return memory
  }

  /// A repeated message field.
  func messages<Record, Message>(
    _ records: [Record], _ convert: (Record) throws -> UnsafeMutablePointer<Message>
  ) rethrows -> UnsafeMutablePointer<UnsafeMutablePointer<Message>?>? {
    var pointers: [UnsafeMutablePointer<Message>?] = []
    pointers.reserveCapacity(records.count)
    for record in records { pointers.append(try convert(record)) }
    return pointerList(pointers)
  }

  private func pointerList<T>(
    _ pointers: [UnsafeMutablePointer<T>?]
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<T>?>? {
    guard !pointers.isEmpty else { return nil }
    let memory = allocate(UnsafeMutablePointer<T>?.self, pointers.count)
    for (i, pointer) in pointers.enumerated() { (memory + i).initialize(to: pointer) }
    return memory
  }

  /// Gives a message the fields that the schema does not know.
  func setUnknown(_ fields: [UnknownField], of base: inout ProtobufCMessage) {
    guard !fields.isEmpty else { return }
    let memory = allocate(ProtobufCMessageUnknownField.self, fields.count)
    for (i, field) in fields.enumerated() {
      let data = bytes(field.bytes)
      (memory + i).initialize(
        to: ProtobufCMessageUnknownField(
          tag: field.number, wire_type: ProtobufCWireType(rawValue: UInt32(field.wireType)), len: data.len,
          data: data.data))
    }
    base.n_unknown_fields = UInt32(fields.count)
    base.unknown_fields = memory
  }
}
