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

extension Int: TensorElement {
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
  /// A `float32` tensor with a copy of `elements` in row-major order.
  ///
  /// ```swift
  /// let row = try Tensor([1, 2, 3], shape: [1, 3])
  /// ```
  /// - Parameter shape: the extents, outermost first; one axis with all elements if it is left out.
  /// - Throws: ``TensorError`` if `shape` asks for another number of elements.
  public init(_ elements: [Float], shape: [Int]? = nil) throws { try self.init(copying: elements, shape: shape) }

  /// A tensor of the elements' own type with a copy of `elements` in row-major order. Numbers written in the source are
  /// `Float`s.
  /// - Parameter shape: the extents, outermost first; one axis with all elements if it is left out.
  /// - Throws: ``TensorError`` if `shape` asks for another number of elements.
  @_disfavoredOverload
  public init<T: TensorElement>(_ elements: [T], shape: [Int]? = nil) throws {
    try self.init(copying: elements, shape: shape)
  }

  private init<T: TensorElement>(copying elements: [T], shape: [Int]?) throws {
    let storage = try elements.withUnsafeBytes { try Storage(copying: $0) }
    try self.init(T.elementType, shape: shape ?? [elements.count], storage: storage)
  }

  /// A tensor without extents that holds one element.
  public init<T: TensorElement>(scalar: T) throws { try self.init(copying: [scalar], shape: []) }

  /// The elements, valid during `body`; misaligned ones (an inline payload in a file) are copied first.
  /// - Throws: ``TensorError/elementType(expected:found:)``, and what `body` throws.
  @inlinable
  public func withElements<T: TensorElement, R>(
    as type: T.Type = T.self, _ body: (UnsafeBufferPointer<T>) throws -> R
  ) throws -> R {
    let storage = try aligned(to: MemoryLayout<T>.alignment, as: T.elementType)
    return try storage.withBytes { try body($0.assumingMemoryBound(to: T.self)) }
  }

  /// The storage of elements of `type`, or a copy of it if its start is not aligned.
  @usableFromInline
  func aligned(to alignment: Int, as type: ElementType) throws -> Storage {
    guard elementType == type, let storage else {
      throw TensorError.elementType(expected: type, found: elementType)
    }
    return Int(bitPattern: storage.start) % alignment == 0 ? storage : try storage.withBytes(Storage.init(copying:))
  }

  /// A copy of the elements as an array.
  public func elements<T: TensorElement>(as type: T.Type = T.self) throws -> [T] {
    try withElements(as: type) { Array($0) }
  }
}
