import CNNOperators
import COnnxProto
import TestSupport

@testable import CNNFormats

/// A protobuf message as the fields that it is made of: what is changed stays a message of the same type.
struct ProtobufMutation {
  private final class Message {
    let schema: MessageSchema
    var fields: [Field] = []

    init(_ schema: MessageSchema) { self.schema = schema }

    var copy: Message {
      let copy = Message(schema)
      copy.fields = fields.map(\.copy)
      return copy
    }
  }

  private struct Field {
    var number: UInt32
    var content: Content

    var copy: Field {
      guard case .message(let message) = content else { return self }
      return Field(number: number, content: .message(message.copy))
    }
  }

  private enum Content {
    case varint(UInt64)
    case fixed([UInt8])
    case bytes([UInt8], isText: Bool)
    case message(Message)
  }

  private static let operators = OperatorRegistry.standard.signatures.map(\.name)
  private static let depthLimit = 20

  private let root: Message
  private var messages: [Message] = []
  private var texts: [[UInt8]] = []

  private init?(_ bytes: [UInt8], _ schema: MessageSchema) {
    guard let root = bytes.withUnsafeBytes({ Self.message($0, schema, depth: 0) }) else { return nil }
    self.root = root
    collect(root)
  }

  private mutating func collect(_ message: Message) {
    messages.append(message)
    for field in message.fields {
      switch field.content {
      case .message(let inner): collect(inner)
      case .bytes(let text, isText: true): texts.append(text)
      default: break
      }
    }
  }

  // MARK: Reading

  private static func message(_ bytes: UnsafeRawBufferPointer, _ schema: MessageSchema, depth: Int) -> Message? {
    let message = Message(schema)
    var position = 0
    func varint() -> UInt64? {
      var value: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 64, by: 7) {
        guard position < bytes.count else { return nil }
        value |= UInt64(bytes[position] & 0x7f) << shift
        position += 1
        if bytes[position - 1] < 0x80 { return value }
      }
      return nil
    }
    while position < bytes.count {
      guard let tag = varint(), tag >> 3 > 0, let number = UInt32(exactly: tag >> 3) else { return nil }
      let content: Content
      switch tag & 7 {
      case 0:
        guard let value = varint() else { return nil }
        content = .varint(value)
      case 1, 5:
        let count = tag & 7 == 1 ? 8 : 4
        guard bytes.count - position >= count else { return nil }
        content = .fixed(Array(bytes[position..<position + count]))
        position += count
      case 2:
        guard let length = varint(), length <= UInt64(bytes.count - position) else { return nil }
        let part = UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(length)])
        position += part.count
        switch schema.field(number)?.kind {
        case .message(let inner) where depth < depthLimit:
          guard let message = Self.message(part, inner, depth: depth + 1) else { return nil }
          content = .message(message)
        case .string: content = .bytes(Array(part), isText: true)
        default: content = .bytes(Array(part), isText: false)
        }
      default: return nil
      }
      message.fields.append(Field(number: number, content: content))
    }
    return message
  }

  // MARK: Writing

  private static func bytes(_ message: Message) -> [UInt8] {
    var bytes: [UInt8] = []
    func put(_ value: UInt64) {
      var value = value
      while value >= 0x80 {
        bytes.append(UInt8(value & 0x7f) | 0x80)
        value >>= 7
      }
      bytes.append(UInt8(value))
    }
    for field in message.fields {
      func tag(_ type: UInt64) { put(UInt64(field.number) << 3 | type) }
      func counted(_ part: [UInt8]) {
        tag(2)
        put(UInt64(part.count))
        bytes += part
      }
      switch field.content {
      case .varint(let value):
        tag(0)
        put(value)
      case .fixed(let part):
        tag(part.count == 8 ? 1 : 5)
        bytes += part
      case .bytes(let part, _): counted(part)
      case .message(let inner): counted(Self.bytes(inner))
      }
    }
    return bytes
  }

  // MARK: Changing

  private func change(_ random: inout SplitMix) {
    let message = random.pick(messages)
    guard !message.fields.isEmpty, random.chance(0.93) else { return insert(into: message, &random) }
    let place = random.index(of: message.fields)
    switch random.pick(0...9) {
    case 0: message.fields.remove(at: place)
    case 1: message.fields.insert(message.fields[place].copy, at: random.pick(0...message.fields.count))
    case 2: message.fields.swapAt(place, random.index(of: message.fields))
    case 3, 4:
      // Fields of another message of the same type, or all of them.
      let other = random.pick(messages.filter { $0.schema == message.schema })
      guard !other.fields.isEmpty else { return }
      if random.chance(0.3) {
        message.fields = other.copy.fields
      } else {
        message.fields[place] = random.pick(other.fields).copy
      }
    default: change(&message.fields[place], of: message.schema, &random)
    }
  }

  private func change(_ field: inout Field, of schema: MessageSchema, _ random: inout SplitMix) {
    switch field.content {
    case .varint(let value):
      field.content = .varint(UInt64(bitPattern: random.integer(near: Int64(bitPattern: value))))
    case .fixed(let bytes):
      var changed = bytes
      changed.mutate(atMost: bytes.count)
      field.content = .fixed(Array((changed + bytes).prefix(bytes.count)))
    case .bytes(_, isText: true) where !texts.isEmpty && random.chance(0.8):
      let isOperator = schema.field(field.number)?.name == "NodeProto.op_type"
      field.content = .bytes(isOperator ? Array(random.pick(Self.operators).utf8) : random.pick(texts), isText: true)
    case .bytes(var bytes, let isText):
      bytes.mutate(atMost: bytes.count + 8)
      field.content = .bytes(bytes, isText: isText)
    case .message(let message):
      if !message.fields.isEmpty { message.fields.remove(at: random.index(of: message.fields)) }
    }
  }

  /// A field of the type, with little in it.
  private func insert(into message: Message, _ random: inout SplitMix) {
    let count = Int(message.schema.descriptor.pointee.n_fields)
    guard count > 0 else { return }
    let number = message.schema.descriptor.pointee.fields[random.pick(0...count - 1)].id
    guard let kind = message.schema.field(number)?.kind else { return }
    let content: Content =
      switch kind {
      case .varint: .varint(UInt64(random.pick(0...12)))
      case .fixed32: .fixed([0, 0, 0x80, 0x3f])
      case .fixed64: .fixed([0, 0, 0, 0, 0, 0, 0xf0, 0x3f])
      case .string: .bytes(texts.isEmpty ? [] : random.pick(texts), isText: true)
      case .bytes: .bytes([UInt8](repeating: 0, count: random.pick(0...16)), isText: false)
      case .message(let schema):
        .message(messages.first { $0.schema == schema && $0 !== message }?.copy ?? Message(schema))
      }
    message.fields.insert(Field(number: number, content: content), at: random.pick(0...message.fields.count))
  }

  private static func mutate(_ bytes: inout [UInt8], _ schema: MessageSchema, _ random: inout SplitMix) -> Bool {
    guard let mutation = ProtobufMutation(bytes, schema) else { return false }
    for _ in 0..<random.pick(1...4) { mutation.change(&random) }
    bytes = Self.bytes(mutation.root)
    return true
  }

  /// A `ModelProto`.
  static func model(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool { mutate(&bytes, .model, &random) }

  /// A `TensorProto`, or what else a `.pb` file holds.
  static func tensor(_ bytes: inout [UInt8], _ random: inout SplitMix) -> Bool {
    mutate(&bytes, random.pick([.tensor, .sequence, .optional]), &random)
  }
}
