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
    case strings([String])
  }

  /// A tensor over existing bytes; sub-byte elements are packed, the first in the low bits.
  /// - Throws: ``TensorError`` where the sizes do not agree or the product of `shape` overflows.
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
    (elementType, self.shape, contents) = (.string, shape, .strings(strings))
  }

  /// The product of `shape`'s extents.
  /// - Throws: ``TensorError`` where an extent is negative or the product overflows.
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
    if case .strings(let strings) = contents { strings } else { nil }
  }

  /// The same elements under another shape of the same size.
  public func reshaped(_ shape: [Int]) throws(TensorError) -> Tensor {
    switch contents {
    case .bytes(let storage): try Tensor(elementType, shape: shape, storage: storage)
    case .strings(let strings): try Tensor(strings: strings, shape: shape)
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
    guard let storage else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    return try storage.withBytes(body)
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

/// A Swift type that is stored as one tensor element.
public protocol TensorElement: Sendable, BitwiseCopyable {
  /// The element type it is stored as.
  static var elementType: ElementType { get }
}

extension Float: TensorElement {
  /// The element type it is stored as.
  public static var elementType: ElementType { .float32 }
}

extension Double: TensorElement {
  /// The element type it is stored as.
  public static var elementType: ElementType { .float64 }
}

extension Int8: TensorElement {
  /// The element type it is stored as.
  public static var elementType: ElementType { .int8 }
}

extension Int16: TensorElement {
  /// The element type it is stored as.
  public static var elementType: ElementType { .int16 }
}

extension Int32: TensorElement {
  /// The element type it is stored as.
  public static var elementType: ElementType { .int32 }
}

extension Int64: TensorElement {
  /// The element type it is stored as.
  public static var elementType: ElementType { .int64 }
}

extension UInt8: TensorElement {
  /// The element type it is stored as.
  public static var elementType: ElementType { .uint8 }
}

extension UInt16: TensorElement {
  /// The element type it is stored as.
  public static var elementType: ElementType { .uint16 }
}

extension UInt32: TensorElement {
  /// The element type it is stored as.
  public static var elementType: ElementType { .uint32 }
}

extension UInt64: TensorElement {
  /// The element type it is stored as.
  public static var elementType: ElementType { .uint64 }
}

extension Bool: TensorElement {
  /// The element type it is stored as.
  public static var elementType: ElementType { .bool }
}

extension Tensor {
  /// A tensor holding a copy of `elements` in row-major order.
  public init<T: TensorElement>(_ elements: [T], shape: [Int]) throws {
    let storage = try elements.withUnsafeBytes { try Storage(copying: $0) }
    try self.init(T.elementType, shape: shape, storage: storage)
  }

  /// A tensor without extents, holding one element.
  public init<T: TensorElement>(scalar: T) throws { try self.init([scalar], shape: []) }

  /// The elements, valid during `body`; misaligned ones (an inline payload in a file) are copied first.
  /// - Throws: ``TensorError/elementType(expected:found:)``, and what `body` throws.
  @inlinable
  public func withElements<T: TensorElement, R>(
    as type: T.Type = T.self, _ body: (UnsafeBufferPointer<T>) throws -> R
  ) throws -> R {
    guard elementType == T.elementType else {
      throw TensorError.elementType(expected: T.elementType, found: elementType)
    }
    return try withBytes { bytes in
      guard Int(bitPattern: bytes.baseAddress) % MemoryLayout<T>.alignment == 0 else {
        return try Storage(copying: bytes).withBytes { try body($0.assumingMemoryBound(to: T.self)) }
      }
      return try body(bytes.assumingMemoryBound(to: T.self))
    }
  }

  /// A copy of the elements as an array.
  public func elements<T: TensorElement>(as type: T.Type = T.self) throws -> [T] {
    try withElements(as: type) { Array($0) }
  }
}
