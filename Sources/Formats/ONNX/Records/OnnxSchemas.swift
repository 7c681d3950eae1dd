import COnnxProto

extension MessageSchema {
  static var model: MessageSchema { MessageSchema(descriptor: onnx_model_descriptor()) }
  static var tensor: MessageSchema { MessageSchema(descriptor: onnx_tensor_descriptor()) }
  static var sequence: MessageSchema { MessageSchema(descriptor: onnx_sequence_descriptor()) }
  static var optional: MessageSchema { MessageSchema(descriptor: onnx_optional_descriptor()) }
}
