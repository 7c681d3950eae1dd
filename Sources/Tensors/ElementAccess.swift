extension Tensor {
  /// One element, converted to `T`.
  ///
  /// ```swift
  /// let score: Double? = scores[0, 281]
  /// let pixel = try image.element(at: [0, 2, 5, 7], as: Float.self)
  /// ```
  /// - Parameter index: the index on each axis, outermost first.
  /// - Throws: ``TensorError/index(_:shape:)`` if there is no such element, and
  ///   ``TensorError/conversion(from:to:)`` for strings and complex numbers.
  public func element<T: NumericScalar>(at index: [Int], as type: T.Type = T.self) throws -> T {
    let position = try position(of: index)
    if elementType == T.elementType {
      return withBytes { $0.loadUnaligned(fromByteOffset: position * MemoryLayout<T>.stride, as: T.self) }
    }
    guard let storage, elementType.numericKind != nil else {
      throw TensorError.conversion(from: elementType, to: T.elementType)
    }
    // Elements narrower than a byte come in groups that fill whole bytes.
    let groupCount = elementType.bitWidth < 8 ? 4 : 1
    let first = position / groupCount * groupCount
    let count = min(groupCount, self.count - first)
    let part = try Storage(
      part: storage, offset: first * elementType.bitWidth / 8, count: elementType.byteCount(of: count) ?? 0)
    return try Tensor(elementType, shape: [count], storage: part).withValues(as: T.self) { $0[position - first] }
  }

  /// One element, converted to `T`; `nil` if there is no such element, or it is no real number.
  public subscript<T: NumericScalar>(_ index: Int..., as type: T.Type = Double.self) -> T? {
    try? element(at: index, as: type)
  }

  /// Where an element comes in row-major order.
  /// - Throws: ``TensorError/index(_:shape:)`` if there is no such element.
  public func position(of index: [Int]) throws(TensorError) -> Int {
    guard index.count == rank, zip(index, shape).allSatisfy({ $0 >= 0 && $0 < $1 }) else {
      throw .index(index, shape: shape)
    }
    return zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }
  }
}
