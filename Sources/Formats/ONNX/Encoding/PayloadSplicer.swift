import CNNTensors
import COnnxProto

/// Writes a packed message with its payloads where their tokens stand, all lengths recomputed.
struct PayloadSplicer {
  /// protobuf's limit on one message.
  static let sizeLimit = Int(Int32.max)

  private let skeleton: UnsafeRawBufferPointer
  private let schema: MessageSchema
  private let payloads: [TensorPayload]
  /// The final size of each message, in the order in which they begin.
  private var sizes: [Int] = []

  /// Bytes of the whole message once spliced.
  var byteCount: Int { sizes.first ?? 0 }

  /// Measures the message; `skeleton` must outlive the splicer.
  init(_ skeleton: UnsafeRawBufferPointer, _ schema: MessageSchema, _ payloads: [TensorPayload]) throws(FormatError) {
    (self.skeleton, self.schema, self.payloads) = (skeleton, schema, payloads)
    _ = try measure(schema, 0..<skeleton.count)
  }

  private mutating func measure(_ schema: MessageSchema, _ range: Range<Int>) throws(FormatError) -> Int {
    let slot = sizes.count
    sizes.append(0)
    var size = 0
    var reader = WireReader(skeleton, range)
    while !reader.isAtEnd {
      let start = reader.position
      let (number, type) = try reader.tag()
      if type == .lengthDelimited, let inner = nested(schema, number) {
        let innerSize = try measure(inner, try reader.lengthDelimited())
        size += headerSize(number, innerSize) + innerSize
      } else if schema == .tensor, number == Self.tokenNumber {
        let token = try token(try reader.lengthDelimited())
        let (total, overflow) = size.addingReportingOverflow(
          headerSize(UInt32(token.field.rawValue), token.length) + token.length)
        guard !overflow else { throw .modelTooLarge(bytes: Int.max, limit: Self.sizeLimit) }
        size = total
      } else {
        try reader.skip(type)
        size += reader.position - start
      }
    }
    sizes[slot] = size
    return size
  }

  /// Writes the message.
  func write(to file: AtomicFile) throws {
    var index = 0
    try write(schema, 0..<skeleton.count, &index, to: file)
  }

  private func write(_ schema: MessageSchema, _ range: Range<Int>, _ index: inout Int, to file: AtomicFile) throws {
    index += 1
    var pending = schema == .tensor ? try pendingToken(in: range) : nil
    var reader = WireReader(skeleton, range)
    while !reader.isAtEnd {
      let start = reader.position
      let (number, type) = try reader.tag()
      // Fields stand in the order of their numbers, the payload's among them.
      if let token = pending, number > token.field.rawValue {
        try write(token, to: file)
        pending = nil
      }
      if type == .lengthDelimited, let inner = nested(schema, number) {
        let body = try reader.lengthDelimited()
        try writeHeader(number, sizes[index], to: file)
        try write(inner, body, &index, to: file)
      } else {
        try reader.skip(type)
        guard schema != .tensor || number != Self.tokenNumber else { continue }
        try file.write(UnsafeRawBufferPointer(rebasing: skeleton[start..<reader.position]))
      }
    }
    if let token = pending { try write(token, to: file) }
  }

  private func write(_ token: PayloadToken, to file: AtomicFile) throws {
    try writeHeader(UInt32(token.field.rawValue), token.length, to: file)
    try payloads[token.location].write(to: file)
  }

  // MARK: Parts

  private static let tokenNumber = UInt32(PayloadToken.Field.raw.rawValue)

  private func nested(_ schema: MessageSchema, _ number: UInt32) -> MessageSchema? {
    if case .message(let inner)? = schema.field(number)?.kind { inner } else { nil }
  }

  private func token(_ range: Range<Int>) throws(FormatError) -> PayloadToken {
    guard let token = PayloadToken(UnsafeRawBufferPointer(rebasing: skeleton[range])),
      payloads.indices.contains(token.location)
    else { throw .undecodable(message: "payload token") }
    return token
  }

  private func pendingToken(in tensor: Range<Int>) throws(FormatError) -> PayloadToken? {
    var reader = WireReader(skeleton, tensor)
    while !reader.isAtEnd {
      let (number, type) = try reader.tag()
      if number == Self.tokenNumber { return try token(try reader.lengthDelimited()) }
      try reader.skip(type)
    }
    return nil
  }

  private func tag(_ number: UInt32) -> UInt64 { UInt64(number) << 3 | UInt64(WireType.lengthDelimited.rawValue) }

  private func headerSize(_ number: UInt32, _ length: Int) -> Int {
    TypedPayload.varintByteCount(tag(number)) + TypedPayload.varintByteCount(UInt64(length))
  }

  private func writeHeader(_ number: UInt32, _ length: Int, to file: AtomicFile) throws(FileError) {
    try file.writeVarint(tag(number))
    try file.writeVarint(UInt64(length))
  }
}
