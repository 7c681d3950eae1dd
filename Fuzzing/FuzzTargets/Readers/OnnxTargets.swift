import CNNFormats

extension FuzzTarget {
  /// An ONNX file as records.
  static let onnx = FuzzTarget("onnx", mutation: ProtobufMutation.model, words: ModelWords.all) { input in
    let file = try input.modelFile()
    _ = OnnxReader.recognize(file)
    _ = try OnnxReader.readModel(file.requireFile())
  }
}
