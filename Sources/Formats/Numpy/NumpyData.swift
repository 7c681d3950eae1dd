import CNNTensors

/// The data part of a `.npy` file on its way to a row-major, little-endian tensor.
struct NumpyData {
  let header: NumpyHeader

  /// The tensor whose data is `storage`, which is used as it stands if order and bytes are those of a tensor.
  func tensor(_ storage: Storage) throws -> Tensor {
    if header.type.elementType == .string { return try strings(storage) }
    var storage = storage
    if header.type.isBigEndian && header.type.swapWidth > 1 {
      storage = try storage.bytesReversed(inGroupsOf: header.type.swapWidth)
    }
    if header.isFortranOrder && header.shape.count > 1 { storage = try transposed(storage) }
    return try Tensor(header.type.elementType, shape: header.shape, storage: storage)
  }

  /// Column-major elements in row-major order.
  private func transposed(_ storage: Storage) throws -> Storage {
    let width = header.type.width
    return try storage.withBytes { source in
      try Storage(byteCount: source.count) { target in
        forEachElement { index, sourceIndex in
          UnsafeMutableRawBufferPointer(rebasing: target[index * width..<(index + 1) * width])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[sourceIndex * width..<(sourceIndex + 1) * width]))
        }
      }
    }
  }

  /// Each element's row-major index and its index in the file.
  private func forEachElement(_ body: (Int, Int) -> Void) {
    guard header.count > 0 else { return }
    let shape = header.shape
    // No product overflows: the whole number of elements did not.
    var strides = [Int](repeating: 1, count: shape.count)
    if header.isFortranOrder {
      for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    } else {
      for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    }
    var position = [Int](repeating: 0, count: shape.count)
    var sourceIndex = 0
    for index in 0..<header.count {
      body(index, sourceIndex)
      var axis = shape.count - 1
      while axis >= 0 {
        position[axis] += 1
        sourceIndex += strides[axis]
        if position[axis] < shape[axis] { break }
        sourceIndex -= strides[axis] * shape[axis]
        position[axis] = 0
        axis -= 1
      }
    }
  }

  /// UTF-32 strings of fixed width, zeros at the end left out.
  private func strings(_ storage: Storage) throws -> Tensor {
    let width = header.type.width
    // Strings without characters take no bytes of the file, and yet memory here.
    guard width > 0 || header.count <= 1 << 20 else {
      throw FormatError.tensor(nil, .outOfMemory(requested: header.count, limit: 1 << 20))
    }
    var strings: [String] = []
    strings.reserveCapacity(header.count)
    try storage.withBytes { source in
      var result: FormatError?
      forEachElement { _, sourceIndex in
        var scalars = String.UnicodeScalarView()
        var pendingZeros = 0
        for offset in stride(from: sourceIndex * width, to: (sourceIndex + 1) * width, by: 4) {
          var code = source.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
          if header.type.isBigEndian { code = code.byteSwapped }
          guard let scalar = Unicode.Scalar(code) else {
            result = result ?? .numpy(.notUnicode, at: header.dataOffset + offset)
            break
          }
          if code == 0 {
            pendingZeros += 1
          } else {
            for _ in 0..<pendingZeros { scalars.append("\0") }
            pendingZeros = 0
            scalars.append(scalar)
          }
        }
        strings.append(String(scalars))
      }
      if let result { throw result }
    }
    return try Tensor(strings: strings, shape: header.shape)
  }
}
