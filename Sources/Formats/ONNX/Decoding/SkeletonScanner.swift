import COnnxProto

/// Makes the small copy of an ONNX message that protobuf-c decodes: everything but the tensors' payloads, in whose
/// place stands a ``PayloadToken``.
///
/// protobuf-c would copy every payload. The scan reads tags and lengths, passes over payloads without touching them, and
/// makes sure that what protobuf-c is given is well-formed: bounded depth, lengths that fit, text that is text.
/// It takes linear time, and memory in proportion to the bytes that are no payload.
struct SkeletonScanner {
  /// Messages may be nested this deep, as in protobuf's own readers.
  static let depthLimit = 100
  /// Decoding may take this much memory whatever the file's size…
  private static let freeAllowance = 64 << 20
  /// …and this many times the file's bytes that are no payload.
  private static let allowanceFactor = 48
  /// protobuf-c counts in `int`.
  private static let skeletonLimit = 1 << 30

  private let input: UnsafeRawBufferPointer
  private var skeleton: [UInt8] = []
  private var payloadByteCount = 0
  private var decodedByteCount = 0
  /// Bytes of the input that are to be copied as they stand, together with what follows them.
  private var pending = 0..<0

  /// The copy of the message that fills `input`.
  static func skeleton(of input: UnsafeRawBufferPointer, _ schema: MessageSchema) throws(FormatError) -> [UInt8] {
    var scanner = SkeletonScanner(input)
    try scanner.message(schema, 0..<input.count, depth: 1)
    scanner.flush()
    return scanner.skeleton
  }

  private init(_ input: UnsafeRawBufferPointer) { self.input = input }

  private mutating func message(_ schema: MessageSchema, _ range: Range<Int>, depth: Int) throws(FormatError) {
    guard depth <= Self.depthLimit else { throw .tooDeep(limit: Self.depthLimit, at: range.lowerBound) }
    try charge(schema.decodedByteCount + 32, at: range.lowerBound)
    let typedPayload = schema == .tensor ? try typedPayload(in: range) : nil
    var reader = WireReader(input, range)
    var seen: UInt64 = 0
    while !reader.isAtEnd {
      let start = reader.position
      let (number, type) = try reader.tag()
      guard let field = schema.field(number) else {
        try reader.skip(type)
        try charge(144 + reader.position - start, at: start)
        append(start..<reader.position)
        continue
      }
      try charge(48, at: start)
      switch (field.kind, type) {
      case (.message(let inner), .lengthDelimited):
        let bit: UInt64 = 1 << UInt64(field.index & 63)
        guard field.isRepeated || seen & bit == 0 else { throw .wire(.repeatedMessage(field: field.name), at: start) }
        seen |= bit
        let body = try reader.lengthDelimited()
        let lengthPosition = appendOpening(number)
        try message(inner, body, depth: depth + 1)
        close(lengthPosition)
      case (.string, .lengthDelimited):
        let body = try reader.lengthDelimited()
        try checkText(body, field)
        try charge(32 + body.count, at: start)
        append(start..<reader.position)
      case (.bytes, .lengthDelimited):
        let body = try reader.lengthDelimited()
        if schema == .tensor && number == UInt32(PayloadToken.Field.raw.rawValue) {
          append(PayloadToken(.raw, location: body.lowerBound, length: body.count))
        } else {
          try charge(32 + body.count, at: start)
          append(start..<reader.position)
        }
      case (.varint, .lengthDelimited) where field.isRepeated, (.fixed32, .lengthDelimited) where field.isRepeated,
        (.fixed64, .lengthDelimited) where field.isRepeated:
        let body = try reader.lengthDelimited()
        if start == typedPayload, let payload = UInt8(exactly: number).flatMap(PayloadToken.Field.init) {
          append(PayloadToken(payload, location: body.lowerBound, length: body.count))
        } else {
          try checkPacked(body, field)
          append(start..<reader.position)
        }
      case (.varint, .varint), (.fixed32, .fixed32), (.fixed64, .fixed64):
        try reader.skip(type)
        append(start..<reader.position)
      default:
        throw .wire(.fieldType(field: field.name, wireType: Int(type.rawValue)), at: start)
      }
      guard skeleton.count + pending.count <= Self.skeletonLimit else {
        throw .tooManyRecords(limit: Self.skeletonLimit, at: start)
      }
    }
  }

  /// Where the tensor's only payload field begins, when that is one packed run of numbers: it need not be decoded here.
  private func typedPayload(in tensor: Range<Int>) throws(FormatError) -> Int? {
    var reader = WireReader(input, tensor)
    var found: Int?
    while !reader.isAtEnd {
      let start = reader.position
      let (number, type) = try reader.tag()
      if let field = UInt8(exactly: number).flatMap(PayloadToken.Field.init) {
        guard found == nil, field != .raw, type == .lengthDelimited else { return nil }
        found = start
      }
      try reader.skip(type)
    }
    return found
  }

  // MARK: Checks

  /// Counts the memory that decoding a part will take and refuses when that is out of proportion.
  private mutating func charge(_ count: Int, at offset: Int) throws(FormatError) {
    decodedByteCount += count
    let allowance = Self.freeAllowance + Self.allowanceFactor * (offset - payloadByteCount)
    guard decodedByteCount <= max(allowance, Self.freeAllowance) + count else {
      throw .tooManyRecords(limit: allowance, at: offset)
    }
  }

  private func checkText(_ range: Range<Int>, _ field: FieldSchema) throws(FormatError) {
    let text = UnsafeRawBufferPointer(rebasing: input[range])
    var (isPlain, offset) = (true, 0)
    // Eight bytes at a time: subtracting one borrows from the high bit of a zero byte (and of bytes above 0x80).
    while offset + 8 <= text.count {
      let word = text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if (word | (word &- 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080 != 0 { break }
      offset += 8
    }
    while offset < text.count {
      if text[offset] == 0 { throw .zeroByte(field: field.name, at: range.lowerBound) }
      if text[offset] >= 0x80 { isPlain = false }
      offset += 1
    }
    guard isPlain || String(validating: text, as: UTF8.self) != nil else {
      throw .notUTF8(field: field.name, at: range.lowerBound)
    }
  }

  private func checkPacked(_ range: Range<Int>, _ field: FieldSchema) throws(FormatError) {
    switch field.kind {
    case .fixed32 where range.count % 4 != 0, .fixed64 where range.count % 8 != 0:
      throw .wire(.packedLength(field: field.name), at: range.lowerBound)
    case .varint:
      var reader = WireReader(input, range)
      while !reader.isAtEnd { _ = try reader.varint() }
    default: break
    }
  }

  // MARK: Output

  private mutating func append(_ range: Range<Int>) {
    if range.lowerBound == pending.upperBound {
      pending = pending.lowerBound..<range.upperBound
    } else {
      flush()
      pending = range
    }
  }

  private mutating func flush() {
    skeleton.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[pending]))
    pending = pending.upperBound..<pending.upperBound
  }

  private mutating func append(_ token: PayloadToken) {
    payloadByteCount += token.length
    flush()
    appendVarint(UInt64(PayloadToken.Field.raw.rawValue) << 3 | UInt64(WireType.lengthDelimited.rawValue))
    appendVarint(UInt64(PayloadToken.byteCount))
    token.withBytes { skeleton.append(contentsOf: $0) }
  }

  /// Begins a nested message, leaving five bytes for its length.
  private mutating func appendOpening(_ number: UInt32) -> Int {
    flush()
    appendVarint(UInt64(number) << 3 | UInt64(WireType.lengthDelimited.rawValue))
    skeleton.append(contentsOf: [0x80, 0x80, 0x80, 0x80, 0x00])
    return skeleton.count - 5
  }

  /// Writes a nested message's length into the bytes left for it.
  private mutating func close(_ lengthPosition: Int) {
    flush()
    var length = skeleton.count - lengthPosition - 5
    for i in 0..<5 {
      skeleton[lengthPosition + i] = UInt8(truncatingIfNeeded: length & 0x7f) | (i < 4 ? 0x80 : 0)
      length >>= 7
    }
  }

  private mutating func appendVarint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      skeleton.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    skeleton.append(UInt8(truncatingIfNeeded: value))
  }
}
