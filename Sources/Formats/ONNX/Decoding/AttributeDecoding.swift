import COnnxProto

extension RecordDecoder {
  func attribute(_ message: UnsafeMutablePointer<Onnx__AttributeProto>) throws -> OnnxAttribute {
    let source = message.pointee
    let name = text(source.name) ?? ""
    var attribute = OnnxAttribute(name, try value(source, name))
    attribute.documentation = text(source.doc_string)
    attribute.unknown = unknownFields(source.base)
    return attribute
  }

  private func value(_ source: Onnx__AttributeProto, _ name: String) throws -> OnnxAttribute.Value {
    if let reference = text(source.ref_attr_name), !reference.isEmpty {
      return .reference(name: reference, type: Int32(bitPattern: UInt32(source.type.rawValue)))
    }
    func missing(_ field: String) -> FormatError { .missing(field: field, message: "attribute \(name.quoted)") }
    switch try kind(source, name) {
    // A scalar that is left out has its protobuf default: some writers leave out zeros.
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT: return .float(source.f)
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT: return .int(source.i)
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING: return .string(source.has_s != 0 ? byteArray(source.s) : [])
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR:
      guard let tensor = source.t else { throw missing("t") }
      return .tensor(try self.tensor(tensor))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH:
      guard let graph = source.g else { throw missing("g") }
      return .graph(try self.graph(graph))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSOR:
      guard let tensor = source.sparse_tensor else { throw missing("sparse_tensor") }
      return .sparseTensor(try sparseTensor(tensor))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TYPE_PROTO:
      guard let type = source.tp else { throw missing("tp") }
      return .type(self.type(type))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS: return .floats(numbers(source.floats, source.n_floats))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS: return .ints(numbers(source.ints, source.n_ints))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS: return .strings(byteArrays(source.strings, source.n_strings))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSORS:
      return .tensors(try messages(source.tensors, source.n_tensors, tensor))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPHS:
      return .graphs(try messages(source.graphs, source.n_graphs, graph))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSORS:
      return .sparseTensors(try messages(source.sparse_tensors, source.n_sparse_tensors, sparseTensor))
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TYPE_PROTOS:
      return .types(messages(source.type_protos, source.n_type_protos, type))
    default:
      throw FormatError.unsupportedAttributeType(number: Int(source.type.rawValue), attribute: name)
    }
  }

  /// The attribute's type, told from the field that is there if a file (IR version 1 or 2) does not name it.
  private func kind(
    _ source: Onnx__AttributeProto, _ name: String
  ) throws -> Onnx__AttributeProto__AttributeType {
    if source.has_type != 0 && source.type != ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__UNDEFINED { return source.type }
    if source.has_f != 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT }
    if source.has_i != 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT }
    if source.has_s != 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING }
    if source.t != nil { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR }
    if source.g != nil { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH }
    if source.sparse_tensor != nil { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSOR }
    if source.tp != nil { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TYPE_PROTO }
    if source.n_floats > 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS }
    if source.n_ints > 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS }
    if source.n_strings > 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS }
    if source.n_tensors > 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSORS }
    if source.n_graphs > 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPHS }
    if source.n_sparse_tensors > 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSORS }
    if source.n_type_protos > 0 { return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TYPE_PROTOS }
    throw FormatError.attributeWithoutValue(name)
  }
}
