import CNNTensors
import COnnxProto

extension RecordEncoder {
  func tensor(_ tensor: OnnxTensor, mayBeExternal: Bool = false) throws -> UnsafeMutablePointer<Onnx__TensorProto> {
    let message = arena.message(onnx__tensor_proto__init)
    message.pointee.name = try arena.text(tensor.name, "tensor name")
    message.pointee.has_data_type = 1
    message.pointee.data_type = Int32(tensor.elementType.onnxNumber)
    message.pointee.n_dims = tensor.shape.count
    message.pointee.dims = arena.numbers(tensor.shape.map(Int64.init))
    message.pointee.doc_string = try arena.text(tensor.documentation, "doc_string")
    message.pointee.n_metadata_props = tensor.metadata.count
    message.pointee.metadata_props = try entries(tensor.metadata)
    arena.setUnknown(tensor.unknown, of: &message.pointee.base)
    switch tensor.payload {
    case .strings(let strings):
      message.pointee.n_string_data = strings.count
      message.pointee.string_data = arena.byteStrings(strings)
    case .external(let location):
      setExternal(try entries(location), count: location.count, of: message)
    case .bytes(let storage):
      try checkSize(of: storage, tensor)
      if mayBeExternal, let threshold = external?.threshold, storage.byteCount >= threshold {
        setExternal(try place(storage), count: ExternalDataLayout.entryCount, of: message)
      } else {
        try setPayload(storage, tensor, of: message)
      }
    }
    return message
  }

  func sparseTensor(_ tensor: OnnxSparseTensor) throws -> UnsafeMutablePointer<Onnx__SparseTensorProto> {
    let message = arena.message(onnx__sparse_tensor_proto__init)
    message.pointee.values = try self.tensor(tensor.values)
    message.pointee.indices = try self.tensor(tensor.indices)
    message.pointee.n_dims = tensor.shape.count
    message.pointee.dims = arena.numbers(tensor.shape.map(Int64.init))
    return message
  }

  private func setExternal(
    _ entries: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__StringStringEntryProto>?>?, count: Int,
    of message: UnsafeMutablePointer<Onnx__TensorProto>
  ) {
    message.pointee.has_data_location = 1
    message.pointee.data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL
    message.pointee.n_external_data = count
    message.pointee.external_data = entries
  }

  private func setPayload(
    _ storage: Storage, _ tensor: OnnxTensor, of message: UnsafeMutablePointer<Onnx__TensorProto>
  ) throws {
    let field = tensor.encoding == .typed ? tensor.elementType.onnxField ?? .raw : .raw
    // A typed field without elements is not there at all; `raw_data` is.
    guard field == .raw || storage.byteCount > 0 else { return }
    let payload = TensorPayload(storage, tensor.elementType, count: try Tensor.elementCount(of: tensor.shape), field)
    let token = PayloadToken(field, location: payloads.count, length: payload.length)
    payloads.append(payload)
    message.pointee.has_raw_data = 1
    message.pointee.raw_data = token.withBytes { arena.bytes(Array($0)) }
  }

  private func checkSize(of storage: Storage, _ tensor: OnnxTensor) throws {
    do {
      let count = try Tensor.elementCount(of: tensor.shape, tensor.elementType)
      guard let expected = tensor.elementType.byteCount(of: count) else {
        throw TensorError.tooLarge(tensor.shape, tensor.elementType)
      }
      guard storage.byteCount == expected else {
        throw TensorError.storageSize(expected: expected, found: storage.byteCount)
      }
    } catch let error as TensorError { throw FormatError.tensor(tensor.name, error) }
  }
}
