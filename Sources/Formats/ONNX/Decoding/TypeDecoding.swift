import COnnxProto

extension RecordDecoder {
  func valueInfo(_ message: UnsafeMutablePointer<Onnx__ValueInfoProto>) -> OnnxValueInfo {
    let source = message.pointee
    var info = OnnxValueInfo(name: text(source.name) ?? "", type: source.type.map(type))
    info.documentation = text(source.doc_string)
    info.metadata = entries(source.metadata_props, source.n_metadata_props)
    info.unknown = unknownFields(source.base)
    return info
  }

  func type(_ message: UnsafeMutablePointer<Onnx__TypeProto>) -> OnnxType {
    OnnxType(kind(message.pointee), denotation: text(message.pointee.denotation))
  }

  private func kind(_ source: Onnx__TypeProto) -> OnnxType.Kind {
    switch source.value_case {
    case ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE:
      guard let tensor = source.tensor_type?.pointee else { return .none }
      return .tensor(elementType: tensor.elem_type, shape: tensor.shape.map(shape))
    case ONNX__TYPE_PROTO__VALUE_SPARSE_TENSOR_TYPE:
      guard let tensor = source.sparse_tensor_type?.pointee else { return .none }
      return .sparseTensor(elementType: tensor.elem_type, shape: tensor.shape.map(shape))
    case ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE:
      return .sequence(source.sequence_type?.pointee.elem_type.map(type) ?? OnnxType(.none))
    case ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE:
      return .optional(source.optional_type?.pointee.elem_type.map(type) ?? OnnxType(.none))
    case ONNX__TYPE_PROTO__VALUE_MAP_TYPE:
      guard let map = source.map_type?.pointee else { return .none }
      return .map(keyType: map.key_type, value: map.value_type.map(type) ?? OnnxType(.none))
    case ONNX__TYPE_PROTO__VALUE_OPAQUE_TYPE:
      guard let opaque = source.opaque_type?.pointee else { return .none }
      return .opaque(domain: text(opaque.domain) ?? "", name: text(opaque.name) ?? "")
    default:
      return .none
    }
  }

  private func shape(_ message: UnsafeMutablePointer<Onnx__TensorShapeProto>) -> [OnnxDimension] {
    messages(message.pointee.dim, message.pointee.n_dim) { dimension in
      let extent: OnnxDimension.Extent =
        switch dimension.pointee.value_case {
        case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE: .value(dimension.pointee.dim_value)
        case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM: .parameter(text(dimension.pointee.dim_param) ?? "")
        default: .unknown
        }
      return OnnxDimension(extent, denotation: text(dimension.pointee.denotation))
    }
  }
}
