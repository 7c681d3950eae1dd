import ArgumentParser
import CNNConv

/// What the command line says of file formats, all of it told by the registry.
enum FormatWords {
  /// The endings of OUT: ".onnx, or .pth, .pt and .safetensors for a state dict".
  static var endings: String {
    let formats = ModelFormats.standard
    return "\(formats.writableEndings(of: .graph).listed(with: "or")), "
      + "or \(formats.writableEndings(of: .weights).listed(with: "and")) for a state dict"
  }

  /// Completes the names of files that can be written.
  static var completion: CompletionKind {
    .file(extensions: ModelFormats.standard.writableEndings.map { String($0.dropFirst()) })
  }
}
