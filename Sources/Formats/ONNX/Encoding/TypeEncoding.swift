import COnnxProto

extension RecordEncoder {
  func valueInfo(_ info: OnnxValueInfo) throws -> UnsafeMutablePointer<Onnx__ValueInfoProto> {
    let message = arena.message(onnx__value_info_proto__init)
    message.pointee.name = try arena.text(info.name, "value name")
    message.pointee.type = try info.type.map(type)
    message.pointee.doc_string = try arena.text(info.documentation, "doc_string")
    message.pointee.n_metadata_props = info.metadata.count
    message.pointee.metadata_props = try entries(info.metadata)
    arena.setUnknown(info.unknown, of: &message.pointee.base)
    return message
  }

  func type(_ type: OnnxType) throws -> UnsafeMutablePointer<Onnx__TypeProto> {
    let message = arena.message(onnx__type_proto__init)
    message.pointee.denotation = try arena.text(type.denotation, "denotation")
    switch type.kind {
    case .tensor(let elementType, let shape):
      let inner = arena.message(onnx__type_proto__tensor__init)
      inner.pointee.has_elem_type = elementType == 0 ? 0 : 1
      inner.pointee.elem_type = elementType
      inner.pointee.shape = try shape.map(self.shape)
      message.pointee.value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE
      message.pointee.tensor_type = inner
    case .sparseTensor(let elementType, let shape):
      let inner = arena.message(onnx__type_proto__sparse_tensor__init)
      inner.pointee.has_elem_type = elementType == 0 ? 0 : 1
      inner.pointee.elem_type = elementType
      inner.pointee.shape = try shape.map(self.shape)
      message.pointee.value_case = ONNX__TYPE_PROTO__VALUE_SPARSE_TENSOR_TYPE
      message.pointee.sparse_tensor_type = inner
    case .sequence(let element):
      let inner = arena.message(onnx__type_proto__sequence__init)
      inner.pointee.elem_type = try self.type(element)
      message.pointee.value_case = ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE
      message.pointee.sequence_type = inner
    case .optional(let element):
      let inner = arena.message(onnx__type_proto__optional__init)
      inner.pointee.elem_type = try self.type(element)
      message.pointee.value_case = ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE
      message.pointee.optional_type = inner
    case .map(let keyType, let value):
      let inner = arena.message(onnx__type_proto__map__init)
      inner.pointee.has_key_type = keyType == 0 ? 0 : 1
      inner.pointee.key_type = keyType
      inner.pointee.value_type = try self.type(value)
      message.pointee.value_case = ONNX__TYPE_PROTO__VALUE_MAP_TYPE
      message.pointee.map_type = inner
    case .opaque(let domain, let name):
      let inner = arena.message(onnx__type_proto__opaque__init)
      inner.pointee.domain = try arena.text(domain, "opaque type domain")
      inner.pointee.name = try arena.text(name, "opaque type name")
      message.pointee.value_case = ONNX__TYPE_PROTO__VALUE_OPAQUE_TYPE
      message.pointee.opaque_type = inner
    case .none:
      break
    }
    return message
  }

  private func shape(_ dimensions: [OnnxDimension]) throws -> UnsafeMutablePointer<Onnx__TensorShapeProto> {
    let message = arena.message(onnx__tensor_shape_proto__init)
    message.pointee.n_dim = dimensions.count
    message.pointee.dim = try arena.messages(dimensions) { dimension in
      let message = arena.message(onnx__tensor_shape_proto__dimension__init)
      switch dimension.extent {
      case .value(let value):
        message.pointee.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
        message.pointee.dim_value = value
      case .parameter(let name):
        message.pointee.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM
        message.pointee.dim_param = try arena.text(name, "dim_param")
      case .unknown: break
      }
      message.pointee.denotation = try arena.text(dimension.denotation, "denotation")
      return message
    }
    return message
  }
}
