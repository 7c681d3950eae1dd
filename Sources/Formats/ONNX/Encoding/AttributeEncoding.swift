import COnnxProto

extension RecordEncoder {
  func attribute(_ attribute: OnnxAttribute) throws -> UnsafeMutablePointer<Onnx__AttributeProto> {
    let message = arena.message(onnx__attribute_proto__init)
    message.pointee.name = try arena.text(attribute.name, "attribute name")
    message.pointee.doc_string = try arena.text(attribute.documentation, "doc_string")
    message.pointee.has_type = 1
    message.pointee.type = try setValue(attribute.value, of: message)
    arena.setUnknown(attribute.unknown, of: &message.pointee.base)
    return message
  }

  private func setValue(
    _ value: OnnxAttribute.Value, of message: UnsafeMutablePointer<Onnx__AttributeProto>
  ) throws -> Onnx__AttributeProto__AttributeType {
    switch value {
    case .float(let value):
      (message.pointee.has_f, message.pointee.f) = (1, value)
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT
    case .int(let value):
      (message.pointee.has_i, message.pointee.i) = (1, value)
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT
    case .string(let value):
      (message.pointee.has_s, message.pointee.s) = (1, arena.bytes(value))
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING
    case .tensor(let value):
      message.pointee.t = try tensor(value)
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR
    case .graph(let value):
      message.pointee.g = try graph(value)
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH
    case .sparseTensor(let value):
      message.pointee.sparse_tensor = try sparseTensor(value)
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSOR
    case .type(let value):
      message.pointee.tp = try type(value)
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TYPE_PROTO
    case .floats(let values):
      (message.pointee.n_floats, message.pointee.floats) = (values.count, arena.numbers(values))
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS
    case .ints(let values):
      (message.pointee.n_ints, message.pointee.ints) = (values.count, arena.numbers(values))
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS
    case .strings(let values):
      (message.pointee.n_strings, message.pointee.strings) = (values.count, arena.byteStrings(values))
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS
    case .tensors(let values):
      message.pointee.n_tensors = values.count
      message.pointee.tensors = try arena.messages(values) { try tensor($0) }
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSORS
    case .graphs(let values):
      message.pointee.n_graphs = values.count
      message.pointee.graphs = try arena.messages(values, graph)
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPHS
    case .sparseTensors(let values):
      message.pointee.n_sparse_tensors = values.count
      message.pointee.sparse_tensors = try arena.messages(values, sparseTensor)
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSORS
    case .types(let values):
      message.pointee.n_type_protos = values.count
      message.pointee.type_protos = try arena.messages(values, type)
      return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TYPE_PROTOS
    case .reference(let name, let type):
      message.pointee.ref_attr_name = try arena.text(name, "ref_attr_name")
      return Onnx__AttributeProto__AttributeType(rawValue: UInt32(bitPattern: type))
    }
  }
}
