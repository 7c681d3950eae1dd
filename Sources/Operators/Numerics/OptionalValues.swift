import CNNTensors

/// All elements of a tensor converted to `T`, or `nil` if there is no tensor; valid during `body`.
package func withOptionalValues<T: NumericScalar, R>(
  _ tensor: Tensor?, as _: T.Type, _ body: (UnsafeBufferPointer<T>?) throws -> R
) throws -> R {
  let values = try tensor ?? Tensor(T.elementType, shape: [0], writing: { _ in })
  return try values.withValues(as: T.self) { try body(tensor == nil ? nil : $0) }
}

extension UnsafeBufferPointer {
  /// Where the elements start; some address if there are none.
  package var start: UnsafePointer<Element> {
    baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Element>.alignment)!
  }
}
