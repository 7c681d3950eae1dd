import CNNTensors

/// Numpy's arrays as they stand in pickles (numpy, `_core/src/multiarray/methods.c`, `array_reduce` and `array_setstate`).
struct NumpyPickle {
  let tree: PickleTree

  /// The tensor of an array or number; unusable if numpy's type has no counterpart.
  func tensor(_ object: PickleObject) throws -> TorchTensorReader.Outcome? {
    let arguments = tree.items(object.arguments) ?? []
    switch tree.role(object.type) {
    case .array(.scalar):
      guard arguments.count == 2 else { return nil }
      return try tensor(type: arguments[0], shape: [], isFortranOrder: false, data: arguments[1])
    case .array(.fromBuffer):
      guard arguments.count == 4, let shape = extents(arguments[2]) else { return nil }
      return try tensor(
        type: arguments[1], shape: shape, isFortranOrder: tree.text(arguments[3]) == "F", data: arguments[0])
    case .array(.reconstruct):
      // Extents, type, order and data, since version 1 behind a version number.
      guard let state = tree.items(object.state), state.count >= 4, let shape = extents(state[state.count - 4]),
        let isFortranOrder = tree.integer(state[state.count - 2])
      else { return nil }
      return try tensor(
        type: state[state.count - 3], shape: shape, isFortranOrder: isFortranOrder != 0, data: state[state.count - 1])
    default: return nil
    }
  }

  private func extents(_ value: PickleValue) -> [Int]? {
    guard let items = tree.items(value), items.count <= 64 else { return nil }
    let extents = items.compactMap { tree.integer($0) }
    return extents.count == items.count ? extents : nil
  }

  private func tensor(
    type: PickleValue, shape: [Int], isFortranOrder: Bool, data: PickleValue
  ) throws -> TorchTensorReader.Outcome? {
    guard let descr = descr(type) else { return .unusable("has elements of an unknown numpy type") }
    guard let type = NumpyType(descr), type.elementType != .string else {
      return .unusable("has elements of numpy's type \(descr.inSentence)")
    }
    let header = try NumpyHeader(type: type, isFortranOrder: isFortranOrder, shape: shape)
    guard let bytes = try tree.bytes(data) else { return .unusable("has no data") }
    guard bytes.byteCount == header.dataByteCount else {
      throw TensorError.storageSize(expected: header.dataByteCount, found: bytes.byteCount)
    }
    return .tensor(try NumpyData(header: header).tensor(bytes))
  }

  /// `dtype('f4', False, True)` with the state `(3, '<', …)`.
  private func descr(_ value: PickleValue) -> String? {
    guard let object = tree.object(value), tree.role(object.type) == .array(.elementType),
      let code = tree.items(object.arguments)?.first.flatMap(tree.text)
    else { return nil }
    let state = tree.items(object.state) ?? []
    let order = state.count > 1 ? tree.text(state[1]) ?? "|" : "|"
    return (order == "=" ? "<" : order) + code
  }
}
