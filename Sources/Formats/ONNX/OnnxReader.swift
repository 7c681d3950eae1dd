import CNNTensors
import COnnxProto

/// Reads ONNX files. Payloads are not read but become views of the file, which stays mapped as long as one of them lives.
package enum OnnxReader {
  /// Reads a `ModelProto`.
  /// - Throws: ``FormatError``.
  package static func readModel(_ file: MappedFile) throws -> OnnxModel {
    try read(file, .model, onnx__model_proto__unpack) {
      try RecordDecoder(file: file).model($0)
    }
  }

  /// Reads a `TensorProto`, as in the `.pb` files of a test data set.
  /// - Throws: ``FormatError``.
  package static func readTensor(_ file: MappedFile) throws -> OnnxTensor {
    try read(file, .tensor, onnx__tensor_proto__unpack) {
      try RecordDecoder(file: file).tensor($0)
    }
  }

  /// Reads a `SequenceProto`.
  /// - Throws: ``FormatError``.
  package static func readSequence(_ file: MappedFile) throws -> OnnxSequence {
    try read(file, .sequence, onnx__sequence_proto__unpack) {
      try RecordDecoder(file: file).sequence($0)
    }
  }

  /// Reads an `OptionalProto`.
  /// - Throws: ``FormatError``.
  package static func readOptional(_ file: MappedFile) throws -> OnnxOptional {
    try read(file, .optional, onnx__optional_proto__unpack) {
      try RecordDecoder(file: file).optional($0)
    }
  }

  /// Tells by the first bytes whether a file is a model. It has no mark of its own: what looks like one may be something
  /// else.
  package static func recognize(_ input: ModelFile) -> Recognition {
    guard let file = input.file, input.kind != .empty else { return .none }
    return looksLikeModel(file) ? .plausible : .none
  }

  /// True if the file begins like a `ModelProto`: fields of its own in the right encoding, among them a plausible
  /// IR version or a graph. A file that breaks off later still looks like one. Reads a few bytes.
  package static func looksLikeModel(_ file: MappedFile) -> Bool {
    file.withBytes { bytes in
      var reader = WireReader(bytes)
      var found = false
      // Everything before the graph, which is field 7, is short; more fields than these tell nothing new.
      for _ in 0..<64 where !reader.isAtEnd {
        guard let (number, type) = try? reader.tag(), let field = MessageSchema.model.field(number) else {
          return false
        }
        switch (field.kind, type) {
        case (.varint, .varint):
          guard let value = try? reader.varint() else { return found }
          if number == 1 {
            guard 1...255 ~= value else { return false }
            found = true
          }
        case (.string, .lengthDelimited), (.message, .lengthDelimited):
          if number == 7 { return true }
          guard (try? reader.lengthDelimited()) != nil else { return found }
        default: return false
        }
      }
      return found
    }
  }

  private static func read<Message, Record>(
    _ file: MappedFile, _ schema: MessageSchema,
    _ unpack: (UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?) -> UnsafeMutablePointer<Message>?,
    _ convert: (UnsafeMutablePointer<Message>) throws -> Record
  ) throws -> Record {
    let arena = DecodingArena()
    let message = try arena.withAllocator { allocator in
      let skeleton = try file.withBytes { try SkeletonScanner.skeleton(of: $0, schema) }
      return skeleton.withUnsafeBufferPointer { unpack(allocator, $0.count, $0.baseAddress) }
    }
    if let refusal = arena.refusal { throw FormatError.tensor(nil, refusal) }
    guard let message else { throw FormatError.undecodable(message: schema.name) }
    return try withExtendedLifetime(arena) {
      // The records take about as much again.
      do throws(TensorError) { try MemoryBudget.current.charge(arena.byteCount) } catch {
        throw FormatError.tensor(nil, error)
      }
      defer { MemoryBudget.current.release(arena.byteCount) }
      return try convert(message)
    }
  }
}
