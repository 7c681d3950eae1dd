// Reading and writing elements of every real or integer type through one of the four `NumericScalar` types.
//
// A function that takes a closure names it once. Each mention is a copy of the closure in each caller's machine code, and
// closures nest: with two mentions a kernel over three tensors would be compiled eight times.

extension Tensor {
  /// All elements converted to `T`, valid during `body`; nothing is copied if the tensor holds aligned `T`s.
  /// - Throws: ``TensorError/conversion(from:to:)`` for strings and complex numbers, and what `body` throws.
  @inlinable
  public func withValues<T: NumericScalar, R>(
    as type: T.Type = T.self, _ body: (UnsafeBufferPointer<T>) throws -> R
  ) throws -> R {
    let storage = try valueStorage(as: T.self)
    return try storage.withBytes { try body($0.assumingMemoryBound(to: T.self)) }
  }

  /// All elements as aligned `T`s: this tensor's storage if it holds them, or else new memory.
  @usableFromInline
  package func valueStorage<T: NumericScalar>(as _: T.Type) throws -> Storage {
    if elementType == T.elementType { return try aligned(to: MemoryLayout<T>.alignment, as: elementType) }
    let bytes = count.multipliedReportingOverflow(by: MemoryLayout<T>.stride)
    guard !bytes.overflow else { throw TensorError.tooLarge(shape, T.elementType) }
    return try Storage(byteCount: bytes.partialValue) { target in
      try decodeValues(into: target.assumingMemoryBound(to: T.self))
    }
  }

  /// All elements converted to `T`, as an array.
  public func values<T: NumericScalar>(as type: T.Type = T.self) throws -> [T] {
    try withValues(as: type) { Array($0) }
  }

  /// A tensor of any real or integer type, computed as `T`s by `body`, which must write each element, and then rounded
  /// (floating point) or wrapped around (integers) to `elementType`.
  @inlinable
  public init<T: NumericScalar>(
    _ elementType: ElementType, shape: [Int], computing body: (UnsafeMutableBufferPointer<T>) throws -> Void
  ) throws {
    let values = try Tensor(T.elementType, shape: shape, writing: { try body($0.assumingMemoryBound(to: T.self)) })
    self = elementType == T.elementType ? values : try values.encodingValues(of: T.self, as: elementType)
  }

  /// The elements converted to another real or integer type: to nearest-even between floating-point types, toward zero
  /// from floating point to integer, wrapping around between integers, and not-equal-zero for `bool`.
  public func converted(to type: ElementType, saturating: Bool = false) throws -> Tensor {
    if type == elementType { return self }
    switch elementType.numericKind {
    case .float: return try convert(through: Float.self, to: type, saturating)
    case .double: return try convert(through: Double.self, to: type, saturating)
    case .signed: return try convert(through: Int64.self, to: type, saturating)
    case .unsigned: return try convert(through: UInt64.self, to: type, saturating)
    case nil: throw TensorError.conversion(from: elementType, to: type)
    }
  }

  private func convert<T: NumericScalar>(
    through: T.Type, to type: ElementType, _ saturating: Bool
  ) throws -> Tensor {
    if type == T.elementType {
      return try Tensor(type, shape: shape) { (out: UnsafeMutableBufferPointer<T>) in
        try withValues { _ = out.update(fromContentsOf: $0) }
      }
    }
    return try withValues(as: T.self) { values in
      try Tensor(type, shape: shape, writing: { try encodeValues(values, as: type, into: $0, saturating: saturating) })
    }
  }

  @usableFromInline
  func encodingValues<T: NumericScalar>(of _: T.Type, as type: ElementType) throws -> Tensor {
    try withElements(as: T.self) { values in
      try Tensor(type, shape: shape, writing: { try encodeValues(values, as: type, into: $0, saturating: false) })
    }
  }

  private func decodeValues<T: NumericScalar>(into target: UnsafeMutableBufferPointer<T>) throws {
    switch elementType {
    case .float32: try decode(Float.self, into: target) { T(wrapping: Double($0)) }
    case .float64: try decode(Double.self, into: target) { T(wrapping: $0) }
    case .int8: try decode(Int8.self, into: target) { T(wrapping: Int64($0)) }
    case .int16: try decode(Int16.self, into: target) { T(wrapping: Int64($0)) }
    case .int32: try decode(Int32.self, into: target) { T(wrapping: Int64($0)) }
    case .int64: try decode(Int64.self, into: target) { T(wrapping: $0) }
    case .uint8: try decode(UInt8.self, into: target) { T(wrapping: UInt64($0)) }
    case .uint16: try decode(UInt16.self, into: target) { T(wrapping: UInt64($0)) }
    case .uint32: try decode(UInt32.self, into: target) { T(wrapping: UInt64($0)) }
    case .uint64: try decode(UInt64.self, into: target) { T(wrapping: $0) }
    // A file's byte may be anything, which `Bool` may not: read bytes and compare.
    case .bool: withBytes { for i in 0..<count { target[i] = T(wrapping: UInt64($0[i] == 0 ? 0 : 1)) } }
    case .float16:
      try reinterpreted(as: .uint16).decode(UInt16.self, into: target) { T(wrapping: Double(Float16(bitPattern: $0))) }
    case .bfloat16:
      try reinterpreted(as: .uint16).decode(UInt16.self, into: target) {
        T(wrapping: Double(Float(bitPattern: UInt32($0) << 16)))
      }
    case .float8e8m0:
      withBytes {
        for i in 0..<count {
          target[i] = T(wrapping: $0[i] == 255 ? .nan : Double(sign: .plus, exponent: Int($0[i]) - 127, significand: 1))
        }
      }
    case .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float4e2m1, .float6e2m3, .float6e3m2:
      guard let format = Minifloat(elementType) else {
        throw TensorError.conversion(from: elementType, to: T.elementType)
      }
      unpack { target[$0] = T(wrapping: Double(format.decode(Int($1)))) }
    case .uint4, .uint2: unpack { target[$0] = T(wrapping: UInt64($1)) }
    case .int4: unpack { target[$0] = T(wrapping: Int64(Int8(bitPattern: $1 << 4) >> 4)) }
    case .int2: unpack { target[$0] = T(wrapping: Int64(Int8(bitPattern: $1 << 6) >> 6)) }
    case .string, .complex64, .complex128: throw TensorError.conversion(from: elementType, to: T.elementType)
    }
  }

  private func decode<S: TensorElement, T: NumericScalar>(
    _: S.Type, into target: UnsafeMutableBufferPointer<T>, _ convert: (S) -> T
  ) throws {
    withBytes { bytes in
      for i in 0..<count {
        target[i] = convert(bytes.loadUnaligned(fromByteOffset: i * MemoryLayout<S>.stride, as: S.self))
      }
    }
  }

  /// Each element's code, sub-byte ones taken out of their bits, low bits first.
  private func unpack(_ body: (Int, UInt8) -> Void) {
    let width = elementType.bitWidth
    let mask = UInt16(truncatingIfNeeded: (1 << width) - 1)
    withBytes { bytes in
      for i in 0..<count {
        let (byte, shift) = (i * width / 8, i * width % 8)
        let next = byte + 1 < bytes.count ? UInt16(bytes[byte + 1]) : 0
        body(i, UInt8(truncatingIfNeeded: (UInt16(bytes[byte]) | next << 8) >> UInt16(shift) & mask))
      }
    }
  }

  private func encodeValues<T: NumericScalar>(
    _ values: UnsafeBufferPointer<T>, as type: ElementType, into bytes: UnsafeMutableRawBufferPointer, saturating: Bool
  ) throws {
    func store<S: TensorElement>(_ convert: (T) -> S) {
      let target = bytes.assumingMemoryBound(to: S.self)
      for i in 0..<values.count { target[i] = convert(values[i]) }
    }
    func pack(_ convert: (T) -> Int) {
      let width = type.bitWidth
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
      let mask = (1 << width) - 1
      for i in 0..<values.count {
        let (byte, shift) = (i * width / 8, i * width % 8)
        let code = UInt16(truncatingIfNeeded: convert(values[i]) & mask) << UInt16(shift)
        bytes[byte] |= UInt8(truncatingIfNeeded: code)
        if shift + width > 8 { bytes[byte + 1] |= UInt8(truncatingIfNeeded: code >> 8) }
      }
    }
    switch type {
    case .float32: store { ($0 as? Float) ?? Float($0.asDouble) }
    case .float64: store { $0.asDouble }
    case .int8: store { Int8(truncatingIfNeeded: $0.asInt64) }
    case .int16: store { Int16(truncatingIfNeeded: $0.asInt64) }
    case .int32: store { Int32(truncatingIfNeeded: $0.asInt64) }
    case .int64: store { $0.asInt64 }
    case .uint8: store { UInt8(truncatingIfNeeded: $0.asInt64) }
    case .uint16: store { UInt16(truncatingIfNeeded: $0.asInt64) }
    case .uint32: store { UInt32(truncatingIfNeeded: $0.asInt64) }
    case .uint64:
      if T.self == Float.self || T.self == Double.self {
        store { UInt64(wrapping: $0.asDouble) }
      } else {
        store { UInt64(truncatingIfNeeded: $0.asInt64) }
      }
    case .bool: store { $0 != T.zero }
    case .float16:
      store { saturating ? Minifloat(.float16)!.encode16(Float($0.asDouble)) : Float16($0.asDouble).bitPattern }
    case .bfloat16:
      store { UInt16(truncatingIfNeeded: Minifloat(.bfloat16)!.encode(Float($0.asDouble), saturating: saturating)) }
    case .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float4e2m1, .float6e2m3, .float6e3m2:
      guard let format = Minifloat(type) else { throw TensorError.conversion(from: T.elementType, to: type) }
      pack { format.encode(Float($0.asDouble), saturating: saturating) }
    case .float8e8m0: pack { Minifloat.exponentCode(Float($0.asDouble)) }
    case .uint4, .int4, .uint2, .int2: pack { Int(truncatingIfNeeded: $0.asInt64) }
    case .string, .complex64, .complex128: throw TensorError.conversion(from: T.elementType, to: type)
    }
  }
}

extension Minifloat {
  fileprivate func encode16(_ value: Float) -> UInt16 { UInt16(truncatingIfNeeded: encode(value, saturating: true)) }

  /// The code of the power of two at or above `value` (OCP MX E8M0; NaN is 255), as the ONNX Cast rounds by default.
  static func exponentCode(_ value: Float) -> Int {
    guard value.isFinite, value > 0 else { return value == 0 ? 0 : value == .infinity ? 254 : 255 }
    let exponent = Int(value.exponent) + (value.significand == 1 ? 0 : 1)
    return min(max(exponent + 127, 0), 254)
  }
}
