import CNNGraphs
import CNNTensors

// Operators that only move elements work on bytes, whatever the type.

extension Tensor {
  /// The elements at the given linear places, in that order, under a new shape; negative places give zero bytes
  /// (an empty string). Sub-byte types are unpacked and packed again.
  package func gathered(_ places: [Int], shape: [Int]) throws -> Tensor {
    if let strings { return try Tensor(strings: places.map { $0 < 0 ? "" : strings[$0] }, shape: shape) }
    if elementType.bitWidth < 8 {
      return try converted(to: .int8).gathered(places, shape: shape).converted(to: elementType)
    }
    return try Tensor(elementType, shape: shape) { target in
      withBytes { source in
        switch elementType.bitWidth {
        case 8: move(UInt8.self, 0, places, source, target)
        case 16: move(UInt16.self, 0, places, source, target)
        case 32: move(UInt32.self, 0, places, source, target)
        case 64: move(UInt64.self, 0, places, source, target)
        default: move(SIMD2<UInt64>.self, .zero, places, source, target)
        }
      }
    }
  }

  private func move<T: BitwiseCopyable>(
    _: T.Type, _ zero: T, _ places: [Int], _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
  ) {
    let stride = MemoryLayout<T>.stride
    precondition(target.count == places.count * stride)
    for (index, place) in places.enumerated() {
      let value = place < 0 ? zero : source.loadUnaligned(fromByteOffset: place * stride, as: T.self)
      target.storeBytes(of: value, toByteOffset: index * stride, as: T.self)
    }
  }

  /// A strided view made into a tensor: extents, steps in elements (0 and negative allowed) and a start.
  package func strided(shape: [Int], strides: [Int], start: Int = 0) throws -> Tensor {
    try gathered(Tensor.places(shape: shape, strides: strides, start: start), shape: shape)
  }

  /// The linear places of a strided view in row-major order.
  package static func places(shape: [Int], strides: [Int], start: Int = 0) throws -> [Int] {
    let count = try elementCount(of: shape)
    guard count <= MemoryBudget.limit / 16 else {
      throw TensorError.outOfMemory(requested: count, limit: MemoryBudget.limit)
    }
    guard count > 0 else { return [] }
    var places = [Int]()
    places.reserveCapacity(count)
    var position = [Int](repeating: 0, count: shape.count)
    var place = start
    let width = shape.last ?? 1
    let step = strides.last ?? 0
    while true {
      for i in 0..<width { places.append(place + i * step) }
      var axis = shape.count - 2
      while axis >= 0 {
        position[axis] += 1
        place += strides[axis]
        if position[axis] < shape[axis] { break }
        place -= strides[axis] * shape[axis]
        position[axis] = 0
        axis -= 1
      }
      if axis < 0 { return places }
    }
  }

  /// A tensor of one value repeated; `element` is a scalar of any type.
  package static func filled(with element: Tensor, shape: [Int]) throws -> Tensor {
    try element.reshaped([]).strided(shape: shape, strides: shape.map { _ in 0 })
  }
}
