import CNNFormats
import CNNGraphs
import CNNTensors

/// Tells by its first bytes what a file is, whatever its name says.
enum ModelFormat {
  /// - Throws: ``ConversionError`` naming what the file is instead, with what to do.
  static func requireOnnx(_ file: MappedFile) throws {
    if file.byteCount == 0 { throw ConversionError(.badInput, "is empty") }
    if let (code, message) = file.withBytes({ foreign(Array($0.prefix(512))) }) { throw ConversionError(code, message) }
    guard OnnxReader.looksLikeModel(file) else {
      throw ConversionError(.badInput, "is not a model: neither an ONNX file nor anything else that is known")
    }
  }

  private static func foreign(_ head: [UInt8]) -> (ConversionError.Code, String)? {
    let text = String(decoding: head, as: UTF8.self)
    let start = text.drop { $0.isWhitespace }.lowercased()
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
      return (.unsupported, "is a zip archive, such as torch.save writes; this version reads ONNX models")
    }
    if head.first == 0x80, let protocolVersion = head.dropFirst().first, (2...5).contains(protocolVersion) {
      return (.unsupported, "is a Python pickle, such as torch.save wrote before 1.6; this version reads ONNX models")
    }
    if head.count > 9, head[8] == UInt8(ascii: "{"), head[4...7].allSatisfy({ $0 == 0 }) {
      return (.unsupported, "is a safetensors file; this version reads ONNX models")
    }
    if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") {
      return (.badInput, "is an HTML page, not a model; the download went wrong")
    }
    if start.hasPrefix("version https://git-lfs") {
      return (.badInput, "is a Git LFS pointer, not the model itself; fetch it with 'git lfs pull'")
    }
    if head.starts(with: [0x93] + Array("NUMPY".utf8)) { return (.badInput, "is a NumPy array, not a model") }
    return nil
  }
}
