/// What can be wrong with a tensor's description or storage; the words are chosen where the error leaves the library.
public enum TensorError: Error, Hashable, Sendable {
  /// A dimension is below zero.
  case negativeDimension([Int])
  /// The number of elements or bytes overflows an `Int`.
  case tooLarge([Int], ElementType)
  /// The storage has another size than shape and type ask for.
  case storageSize(expected: Int, found: Int)
  /// A range lies outside its file or buffer.
  case range(offset: Int, count: Int, available: Int)
  /// An element type was asked for that the tensor does not have.
  case elementType(expected: ElementType, found: ElementType)
  /// There is no conversion between these two types.
  case conversion(from: ElementType, to: ElementType)
  /// The memory budget does not allow this many bytes more.
  case outOfMemory(requested: Int, limit: Int)
  /// The system does not give this many bytes more.
  case noMemory(requested: Int)
  /// An element was asked for that the tensor does not have.
  case index([Int], shape: [Int])
  /// Nested arrays whose lengths differ at this depth, the outermost being 0.
  case ragged(depth: Int)
}
