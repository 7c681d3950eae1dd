import CNNFormats

// What only ONNX says of a value, node or graph; it travels in `Annotations.carried` and is written back.

struct OnnxValueNotes: Sendable {
  /// The declaration as it stood in the file.
  var info: OnnxValueInfo?
  /// Of a constant: the record without its payload's meaning.
  var tensor: OnnxTensor?
  /// Of a sparse constant: the record.
  var sparse: OnnxSparseTensor?
}

struct OnnxNodeNotes: Sendable {
  var name: String?
  var domain: String?
  var overload: String?
  /// The attributes as they stood in the file, for the names and notes that only the file gives them.
  var attributes: [OnnxAttribute]
  var deviceConfigurations: [OnnxNodeDeviceConfiguration]
  var unknown: [UnknownField]
}

struct OnnxGraphNotes: Sendable {
  var name: String?
  var quantizationAnnotations: [OnnxTensorAnnotation]
  var unknown: [UnknownField]
}
