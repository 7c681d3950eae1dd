import CNNSystem
import CNNTensors
import COnnxProto

/// Writes ONNX files. Payloads that lie in a file are copied from there, not through memory; the output appears whole or
/// not at all, and may replace the file that the model was read from.
package enum OnnxWriter {
  /// What stays in the model if `.automatic` moves the weights out.
  private static let automaticThreshold = 1024

  /// The data files of a model that this program wrote.
  package static func dataPaths(of path: String) -> [String] {
    guard let model = try? Path.followingLinks(path) else { return [] }
    let files = DataFiles(model: model)
    return ((try? files.named(in: model)) ?? []).map(files.path)
  }

  /// Writes a `ModelProto`; external data goes to a file beside it, whose name tells its contents apart.
  /// - Throws: ``FormatError``, ``FileError``.
  package static func write(
    _ model: OnnxModel, to path: String, externalData policy: ExternalDataPolicy = .automatic
  ) throws {
    let dataFiles = DataFiles(model: try Path.followingLinks(path))
    dataFiles.clean()
    func encode(threshold: Int?) throws -> (RecordEncoder, UnsafeMutablePointer<Onnx__ModelProto>) {
      let layout = threshold.map { ExternalDataLayout(location: dataFiles.name(digest: 0), threshold: $0) }
      let encoder = RecordEncoder(external: layout)
      let message = try encoder.model(model)
      if let layout = encoder.external, !layout.parts.isEmpty {
        encoder.setLocation(dataFiles.name(digest: try layout.digest()))
      }
      return (encoder, message)
    }
    var threshold: Int? = if case .always(let threshold) = policy { threshold } else { nil }
    if policy == .automatic {
      let (encoder, message) = try encode(threshold: nil)
      let isTooLarge = try withSplicer(encoder, message, .model) { splicer in
        if splicer.byteCount > PayloadSplicer.sizeLimit { return true }
        try publish(splicer, encoder, path, dataFiles)
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
      try publish(splicer, encoder, path, dataFiles)
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
    _ splicer: PayloadSplicer, _ encoder: RecordEncoder, _ path: String, _ dataFiles: DataFiles
  ) throws {
    let file = try AtomicFile(path: path)
    try splicer.write(to: file)
    guard let layout = encoder.external, let location = encoder.location else {
      return try dataFiles.publish(file, data: nil)
    }
    let data = try AtomicFile(path: dataFiles.path(location), family: dataFiles.model)
    try layout.write(to: data)
    try dataFiles.publish(file, data: data)
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
