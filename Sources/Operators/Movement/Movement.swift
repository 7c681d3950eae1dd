import CNNGraphs
import CNNTensors

// Operators that only move elements work on bytes, whatever the type.

extension Tensor {
  /// The elements at the given linear indices, in that order, under a new shape; negative indices give zero bytes
  /// (an empty string).
  package func gathered(_ indices: [Int], shape: [Int]) throws -> Tensor {
    try gatheringBlocks(of: 1, shape: shape) { indices[$0] }
  }

  /// Blocks of `size` neighbouring elements, the first elements' indices given by `start`, put one after the other
  /// under a new shape; a negative index gives zero bytes (empty strings).
  @inline(__always)
  package func gatheringBlocks(of size: Int, shape: [Int], _ start: (Int) -> Int) throws -> Tensor {
    let count = try Tensor.elementCount(of: shape, elementType)
    let blocks = size == 0 ? 0 : count / size
    if let strings {
      try Tensor.checkStrings(count)
      var result: [String] = []
      for block in 0..<blocks {
        let index = start(block)
        guard index <= self.count - size else { throw OperatorError.invalid("an index outside the tensor") }
        if index < 0 {
          result += Array(repeating: "", count: size)
        } else {
          result += strings[index..<index + size]
        }
      }
      return try Tensor(strings: result, shape: shape)
    }
    if elementType.bitWidth < 8 {
      var indices: [Int] = []
      for block in 0..<blocks { indices.append(start(block)) }
      return try unpacked { try $0.gatheringBlocks(of: size, shape: shape) { indices[$0] } }
    }
    let width = elementType.bitWidth / 8 * size
    return try Tensor(elementType, shape: shape) { target in
      try withBytes { source in
        let last = self.count - size
        func move<T: BitwiseCopyable>(_: T.Type, _ zero: T) throws {
          for block in 0..<blocks {
            let index = start(block)
            guard index <= last else { throw OperatorError.invalid("an index outside the tensor") }
            let value = index < 0 ? zero : source.loadUnaligned(fromByteOffset: index * width, as: T.self)
            target.storeBytes(of: value, toByteOffset: block * width, as: T.self)
          }
        }
        switch (size, width) {
        case (1, 1): try move(UInt8.self, 0)
        case (1, 2): try move(UInt16.self, 0)
        case (1, 4): try move(UInt32.self, 0)
        case (1, 8): try move(UInt64.self, 0)
        default:
          for block in 0..<blocks where width > 0 {
            let index = start(block)
            guard index <= last else { throw OperatorError.invalid("an index outside the tensor") }
            let part = UnsafeMutableRawBufferPointer(rebasing: target[block * width..<(block + 1) * width])
            if index < 0 {
              part.initializeMemory(as: UInt8.self, repeating: 0)
            } else {
              let first = index * (width / size)
              part.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[first..<first + width]))
            }
          }
        }
      }
    }
  }

  /// A strided view made into a tensor: extents, steps in elements (0 and negative allowed) and a start.
  package func strided(shape: [Int], strides: [Int], start: Int = 0) throws -> Tensor {
    _ = try Tensor.elementCount(of: shape, elementType)
    if elementType == .string {
      try Tensor.checkStrings(Tensor.elementCount(of: shape))
      return try gathered(Tensor.linearIndices(shape: shape, strides: strides, start: start), shape: shape)
    }
    if elementType.bitWidth < 8 {
      return try unpacked { try $0.strided(shape: shape, strides: strides, start: start) }
    }
    return try Tensor(elementType, shape: shape) { target in
      withBytes {
        StridedCopy(extents: shape, from: strides, to: shape.strides)
          .run(width: elementType.bitWidth / 8, from: $0, start: start, to: target)
      }
    }
  }

  /// What `body` makes of the elements of a sub-byte type widened to whole bytes, in this type again.
  package func unpacked(_ body: (Tensor) throws -> Tensor) throws -> Tensor {
    try body(converted(to: elementType.byteWideType)).converted(to: elementType)
  }

  /// The linear indices of a strided view in row-major order.
  package static func linearIndices(shape: [Int], strides: [Int], start: Int = 0) throws -> [Int] {
    let count = try elementCount(of: shape)
    guard count <= MemoryBudget.current.limit / 16 else {
      throw TensorError.outOfMemory(requested: count, limit: MemoryBudget.current.limit)
    }
    guard count > 0 else { return [] }
    var indices = [Int]()
    indices.reserveCapacity(count)
    var position = [Int](repeating: 0, count: shape.count)
    var index = start
    let width = shape.last ?? 1
    let step = strides.last ?? 0
    while true {
      for i in 0..<width { indices.append(index + i * step) }
      var axis = shape.count - 2
      while axis >= 0 {
        position[axis] += 1
        index += strides[axis]
        if position[axis] < shape[axis] { break }
        index -= strides[axis] * shape[axis]
        position[axis] = 0
        axis -= 1
      }
      if axis < 0 { return indices }
    }
  }

  /// Strings are no storage that the budget knows of, so their number is bounded by itself.
  package static func checkStrings(_ count: Int) throws {
    guard count <= MemoryBudget.current.limit / 256 else { throw OperatorError.limit("a result of \(count) strings") }
  }

  /// A tensor of one value repeated; `element` is a scalar of any type.
  package static func filled(with element: Tensor, shape: [Int]) throws -> Tensor {
    try element.reshaped([]).strided(shape: shape, strides: shape.map { _ in 0 })
  }

  /// Zeros, empty strings or `false`.
  package static func zeros(_ elementType: ElementType, shape: [Int]) throws -> Tensor {
    if elementType == .string { return try filled(with: Tensor(strings: [""], shape: []), shape: shape) }
    return try Tensor(elementType, shape: shape) { $0.initializeMemory(as: UInt8.self, repeating: 0) }
  }
}

extension ElementType {
  /// For a type of less than a byte: one of whole bytes that holds all its values.
  package var byteWideType: ElementType { isFloatingPoint ? .float32 : .int8 }
}
