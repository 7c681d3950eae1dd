import CNNSystem
import CNNTensors
import COnnxProto

/// Writes ONNX files. Payloads that lie in a file are copied from there, not through memory; the output appears whole or
/// not at all, and may replace the file that the model was read from.
package enum OnnxWriter {
  /// What stays in the model if `.automatic` moves the weights out.
  private static let automaticThreshold = 1024

  /// Where the external data of a model at `path` goes.
  package static func dataPath(beside path: String) -> String { path + ".data" }

  /// Writes a `ModelProto`; external data goes to ``dataPath(beside:)``.
  /// - Throws: ``FormatError``, ``FileError``.
  package static func write(
    _ model: OnnxModel, to path: String, externalData policy: ExternalDataPolicy = .automatic
  ) throws {
    let dataPath = dataPath(beside: path)
    func encode(threshold: Int?) throws -> (RecordEncoder, UnsafeMutablePointer<Onnx__ModelProto>) {
      let layout = threshold.map { ExternalDataLayout(location: Path.split(dataPath).name, threshold: $0) }
      let encoder = RecordEncoder(external: layout)
      return (encoder, try encoder.model(model))
    }
    var threshold: Int? = if case .always(let threshold) = policy { threshold } else { nil }
    if policy == .automatic {
      let (encoder, message) = try encode(threshold: nil)
      let isTooLarge = try withSplicer(encoder, message, .model) { splicer in
        if splicer.byteCount > PayloadSplicer.sizeLimit { return true }
        try publish(splicer, encoder, path, dataPath)
        return false
      }
      guard isTooLarge else { return }
      threshold = automaticThreshold
    }
    let (encoder, message) = try encode(threshold: threshold)
    try withSplicer(encoder, message, .model) { splicer in
      guard splicer.byteCount <= PayloadSplicer.sizeLimit else {
        throw FormatError.modelTooLarge(bytes: splicer.byteCount, limit: PayloadSplicer.sizeLimit)
      }
      try publish(splicer, encoder, path, dataPath)
    }
  }

  /// Writes a `TensorProto`.
  /// - Throws: ``FormatError``, ``FileError``.
  package static func write(_ tensor: OnnxTensor, to path: String) throws {
    let encoder = RecordEncoder()
    try writeValue(encoder, try encoder.tensor(tensor), .tensor, path)
  }

  static func writeValue<Message>(
    _ encoder: RecordEncoder, _ message: UnsafeMutablePointer<Message>, _ schema: MessageSchema, _ path: String
  ) throws {
    try withSplicer(encoder, message, schema) { splicer in
      guard splicer.byteCount <= PayloadSplicer.sizeLimit else {
        throw FormatError.modelTooLarge(bytes: splicer.byteCount, limit: PayloadSplicer.sizeLimit)
      }
      let file = try AtomicFile(path: path)
      try splicer.write(to: file)
      try AtomicFile.publish(file)
    }
  }

  private static func publish(
    _ splicer: PayloadSplicer, _ encoder: RecordEncoder, _ path: String, _ dataPath: String
  ) throws {
    let file = try AtomicFile(path: path)
    try splicer.write(to: file)
    guard let layout = encoder.external, !layout.parts.isEmpty else { return try AtomicFile.publish(file) }
    let dataFile = try AtomicFile(path: dataPath)
    try layout.write(to: dataFile)
    try AtomicFile.publish(dataFile, file)
  }

  /// Packs a message with protobuf-c and measures it.
  private static func withSplicer<Message, R>(
    _ encoder: RecordEncoder, _ message: UnsafeMutablePointer<Message>, _ schema: MessageSchema,
    _ body: (PayloadSplicer) throws -> R
  ) throws -> R {
    try withExtendedLifetime(encoder) {
      let base = UnsafeRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self)
      let size = protobuf_c_message_get_packed_size(base)
      let skeleton = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, 1), alignment: 16)
      defer { skeleton.deallocate() }
      let packed = protobuf_c_message_pack(base, skeleton.assumingMemoryBound(to: UInt8.self).baseAddress)
      return try body(
        PayloadSplicer(UnsafeRawBufferPointer(rebasing: skeleton[..<packed]), schema, encoder.payloads))
    }
  }
}
