import COnnxProto

extension RecordDecoder {
  func sequence(_ message: UnsafeMutablePointer<Onnx__SequenceProto>) throws -> OnnxSequence {
    let source = message.pointee
    let elements: OnnxSequence.Elements =
      switch source.elem_type {
      case 0: .none
      case 1: .tensors(try messages(source.tensor_values, source.n_tensor_values, tensor))
      case 2: .sparseTensors(try messages(source.sparse_tensor_values, source.n_sparse_tensor_values, sparseTensor))
      case 3: .sequences(try messages(source.sequence_values, source.n_sequence_values, sequence))
      case 4: .maps(try messages(source.map_values, source.n_map_values, map))
      case 5: .optionals(try messages(source.optional_values, source.n_optional_values, optional))
      default: throw FormatError.unsupportedElementType(number: Int(source.elem_type), tensor: text(source.name))
      }
    return OnnxSequence(name: text(source.name), elements: elements)
  }

  func map(_ message: UnsafeMutablePointer<Onnx__MapProto>) throws -> OnnxMap {
    let source = message.pointee
    let keys: OnnxMap.Keys =
      source.n_string_keys > 0
      ? .strings(byteArrays(source.string_keys, source.n_string_keys)) : .integers(numbers(source.keys, source.n_keys))
    return OnnxMap(
      name: text(source.name), keyType: source.key_type, keys: keys, values: try source.values.map { try sequence($0) })
  }

  func optional(_ message: UnsafeMutablePointer<Onnx__OptionalProto>) throws -> OnnxOptional {
    let source = message.pointee
    let value: OnnxOptional.Value =
      if let tensor = source.tensor_value {
        .tensor(try self.tensor(tensor))
      } else if let tensor = source.sparse_tensor_value {
        .sparseTensor(try sparseTensor(tensor))
      } else if let sequence = source.sequence_value {
        .sequence(try self.sequence(sequence))
      } else if let map = source.map_value {
        .map(try self.map(map))
      } else if let optional = source.optional_value {
        .optional(try self.optional(optional))
      } else {
        .none(source.has_elem_type != 0 ? source.elem_type : nil)
      }
    return OnnxOptional(name: text(source.name), value: value)
  }
}
