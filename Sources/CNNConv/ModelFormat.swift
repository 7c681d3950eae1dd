import CNNFormats
import CNNGraphs
import CNNTensors

/// Tells by its first bytes what a file is, whatever its name says.
enum ModelFormat {
  /// - Throws: ``FormatError`` naming what the file is instead, with what to do.
  static func requireOnnx(_ file: MappedFile) throws {
    let kind = FileKind(file)
    // A model has no mark of its own; what looks like one may begin like a text.
    guard kind != .empty, OnnxReader.looksLikeModel(file) else { throw FormatError.notWeights(kind) }
  }
}
