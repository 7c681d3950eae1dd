import CNNTensors

/// A tensor as PyTorch stores it: extents, strides and offset into a storage, counted in elements.
struct StridedView: Hashable {
  let offset: Int
  let shape: [Int]
  let strides: [Int]

  /// Number of elements; ``validate(elementType:available:)`` makes sure that it does not overflow.
  var count: Int { shape.reduce(1, *) }

  /// Checks every number against the elements that are there.
  /// - Returns: the number of elements of the storage from `offset` on that the view reaches.
  @discardableResult
  func validate(_ type: ElementType, available: Int) throws(FormatError.StrideFault) -> Int {
    guard shape.count == strides.count else { throw .ranks(shape, strides) }
    guard shape.count <= 64 else { throw .rank(shape.count) }
    guard shape.allSatisfy({ $0 >= 0 }) else { throw .negative("extent", shape) }
    guard strides.allSatisfy({ $0 >= 0 }) else { throw .negative("stride", strides) }
    guard offset >= 0 else { throw .negative("offset", [offset]) }
    do throws(TensorError) {
      guard type.byteCount(of: try Tensor.elementCount(of: shape, type)) != nil else { throw .tooLarge(shape, type) }
    } catch { throw .tooLarge(shape) }
    if shape.contains(0) { return 0 }
    var last = 0
    for (extent, stride) in zip(shape, strides) {
      let (step, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
      let (sum, tooFar) = last.addingReportingOverflow(step)
      guard !overflow, !tooFar else { throw .outside(offset: offset, reach: nil, available: available) }
      last = sum
    }
    guard last < available, offset <= available - 1 - last else {
      throw .outside(offset: offset, reach: last, available: available)
    }
    return last + 1
  }

  /// True if the elements lie in row-major order without gaps.
  var isContiguous: Bool {
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
      guard stride == expected else { return shape.contains(0) }
      expected *= extent
    }
    return true
  }

  /// The elements in row-major order; `source` begins at `offset` and has been found long enough.
  func gather(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, width: Int) {
    switch width {
    case 1: gather(source, into: target, as: UInt8.self)
    case 2: gather(source, into: target, as: UInt16.self)
    case 4: gather(source, into: target, as: UInt32.self)
    case 8: gather(source, into: target, as: UInt64.self)
    default: gather(source, into: target, as: SIMD2<UInt64>.self)
    }
  }

  private func gather<T: BitwiseCopyable>(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, as type: T.Type
  ) {
    let width = MemoryLayout<T>.size
    // Extents of one say nothing, and would only slow the innermost loop down.
    let axes = shape.indices.filter { shape[$0] != 1 }
    let (rowCount, rowStride) = axes.last.map { (shape[$0], strides[$0] * width) } ?? (1, 0)
    let outer = axes.dropLast()
    var position = [Int](repeating: 0, count: shape.count)
    var (start, written) = (0, 0)
    while written < target.count {
      for i in 0..<rowCount {
        let value = source.loadUnaligned(fromByteOffset: start + i * rowStride, as: T.self)
        target.storeBytes(of: value, toByteOffset: written, as: T.self)
        written += width
      }
      for axis in outer.reversed() {
        position[axis] += 1
        start += strides[axis] * width
        if position[axis] < shape[axis] { break }
        start -= strides[axis] * width * shape[axis]
        position[axis] = 0
      }
    }
  }
}
