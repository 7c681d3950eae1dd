/// An immutable n-dimensional array: an element type, a shape and bytes in row-major order.
///
/// Copies share their storage. The bytes may be a range of a mapped file, and are then read where they lie.
public struct Tensor: Sendable {
  /// What an element is.
  public let elementType: ElementType
  /// Extents, outermost first; empty for a scalar.
  public let shape: [Int]
  /// Number of elements: the product of ``shape``.
  public let count: Int
  private let contents: Contents

  private enum Contents: Sendable {
    case bytes(Storage)
    case strings(StringStorage)
  }

  /// A tensor over existing bytes; sub-byte elements are packed, the first in the low bits.
  /// - Throws: ``TensorError`` if the sizes do not agree or the product of `shape` overflows.
  public init(_ elementType: ElementType, shape: [Int], storage: Storage) throws(TensorError) {
    count = try Tensor.elementCount(of: shape, elementType)
    guard let expected = elementType.byteCount(of: count) else { throw .tooLarge(shape, elementType) }
    guard expected == storage.byteCount else {
      throw .storageSize(expected: expected, found: storage.byteCount)
    }
    (self.elementType, self.shape, contents) = (elementType, shape, .bytes(storage))
  }

  /// A tensor of strings.
  public init(strings: [String], shape: [Int]) throws(TensorError) {
    count = try Tensor.elementCount(of: shape, .string)
    guard count == strings.count else { throw .storageSize(expected: count, found: strings.count) }
    (elementType, self.shape, contents) = (.string, shape, .strings(try StringStorage(strings)))
  }

  private init(_ storage: StringStorage, shape: [Int]) throws(TensorError) {
    count = try Tensor.elementCount(of: shape, .string)
    guard count == storage.strings.count else { throw .storageSize(expected: count, found: storage.strings.count) }
    (elementType, self.shape, contents) = (.string, shape, .strings(storage))
  }

  /// The product of `shape`'s extents.
  /// - Throws: ``TensorError`` if an extent is negative or the product overflows.
  public static func elementCount(of shape: [Int], _ type: ElementType = .int8) throws(TensorError) -> Int {
    var count = 1
    var empty = false
    for extent in shape {
      guard extent >= 0 else { throw .negativeDimension(shape) }
      if extent == 0 {
        empty = true
        continue
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= 1 << 56 else { throw .tooLarge(shape, type) }
      count = product
    }
    return empty ? 0 : count
  }

  /// Number of extents.
  public var rank: Int { shape.count }

  /// Bytes of all elements; 0 for strings.
  public var byteCount: Int { storage?.byteCount ?? 0 }

  /// The bytes' storage; `nil` for strings.
  public var storage: Storage? {
    if case .bytes(let storage) = contents { storage } else { nil }
  }

  /// The strings of a string tensor; `nil` for every other type.
  public var strings: [String]? {
    if case .strings(let storage) = contents { storage.strings } else { nil }
  }

  /// The same elements under another shape of the same size.
  public func reshaped(_ shape: [Int]) throws(TensorError) -> Tensor {
    switch contents {
    case .bytes(let storage): try Tensor(elementType, shape: shape, storage: storage)
    case .strings(let storage): try Tensor(storage, shape: shape)
    }
  }

  /// The same bytes as another type of the same width.
  public func reinterpreted(as type: ElementType) throws(TensorError) -> Tensor {
    guard case .bytes(let storage) = contents else { throw .conversion(from: elementType, to: type) }
    return try Tensor(type, shape: shape, storage: storage)
  }

  /// The raw bytes, at any alignment; empty for strings.
  @inlinable
  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    let storage = storage
    return try withExtendedLifetime(storage) {
      try body(UnsafeRawBufferPointer(start: storage?.start, count: storage?.byteCount ?? 0))
    }
  }

  /// A tensor whose bytes `body` writes, all of them.
  @inlinable
  public init(
    _ elementType: ElementType, shape: [Int], writing body: (UnsafeMutableRawBufferPointer) throws -> Void
  ) throws {
    let count = try Tensor.elementCount(of: shape, elementType)
    guard let bytes = elementType.byteCount(of: count) else { throw TensorError.tooLarge(shape, elementType) }
    try self.init(elementType, shape: shape, storage: Storage(byteCount: bytes, body))
  }
}
