import CNNFormats

// What only ONNX says of a value, node or graph; it travels in `Annotations.carried` and is written back.

struct OnnxValueNotes: Sendable {
  /// The declaration as it stood in the file.
  var info: OnnxValueInfo?
  /// Of a constant: the record without its payload's meaning.
  var tensor: OnnxTensor?
  var isSparse = false
}

struct OnnxNodeNotes: Sendable {
  var domain: String?
  var overload: String?
  var attributeDocumentation: [String: String]
  var deviceConfigurations: [OnnxNodeDeviceConfiguration]
  var unknown: [UnknownField]
}

struct OnnxGraphNotes: Sendable {
  var name: String?
  var quantizationAnnotations: [OnnxTensorAnnotation]
  var unknown: [UnknownField]
}
