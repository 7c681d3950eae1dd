import COnnxProto

/// What protobuf-c's descriptors say about a message type, so that its wire form can be walked without decoding it.
struct MessageSchema: Equatable {
  let descriptor: UnsafePointer<ProtobufCMessageDescriptor>

  /// The type's name, such as `GraphProto`.
  var name: String { String(cString: descriptor.pointee.short_name) }

  /// Bytes that protobuf-c allocates for one decoded message.
  var decodedByteCount: Int { descriptor.pointee.sizeof_message }

  /// The field of a number, if the type has it.
  func field(_ number: UInt32) -> FieldSchema? {
    protobuf_c_message_descriptor_get_field(descriptor, number).map { FieldSchema(owner: self, descriptor: $0) }
  }
}

/// One field of a ``MessageSchema``.
struct FieldSchema {
  /// What a field holds, as far as its wire form tells.
  enum Kind {
    case varint, fixed32, fixed64, string, bytes
    case message(MessageSchema)
  }

  let owner: MessageSchema
  let descriptor: UnsafePointer<ProtobufCFieldDescriptor>

  /// The field's qualified name, such as `TensorProto.dims`.
  var name: String { "\(owner.name).\(String(cString: descriptor.pointee.name))" }

  /// The field's index among its message's fields.
  var index: Int { descriptor - owner.descriptor.pointee.fields }

  var isRepeated: Bool { descriptor.pointee.label == PROTOBUF_C_LABEL_REPEATED }

  var kind: Kind {
    switch descriptor.pointee.type {
    case PROTOBUF_C_TYPE_STRING: .string
    case PROTOBUF_C_TYPE_BYTES: .bytes
    case PROTOBUF_C_TYPE_FLOAT, PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32: .fixed32
    case PROTOBUF_C_TYPE_DOUBLE, PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64: .fixed64
    case PROTOBUF_C_TYPE_MESSAGE:
      .message(
        MessageSchema(
          descriptor: descriptor.pointee.descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)))
    default: .varint
    }
  }
}
