/// Appends plain values to bytes.
package struct ByteWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func put<T: BitwiseCopyable>(_ value: T) {
    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
  }

  package mutating func put<T: BitwiseCopyable>(_ values: [T]) {
    put(values.count)
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  package mutating func put(_ values: UnsafeRawBufferPointer) {
    put(values.count)
    bytes.append(contentsOf: values)
  }

  package mutating func put(_ text: String) { put(Array(text.utf8)) }

  package mutating func put<T>(_ values: [T], _ body: (inout ByteWriter, T) throws -> Void) rethrows {
    put(values.count)
    for value in values { try body(&self, value) }
  }

  package mutating func put<T>(_ value: T?, _ body: (inout ByteWriter, T) -> Void) {
    put(UInt8(value == nil ? 0 : 1))
    if let value { body(&self, value) }
  }
}

/// Takes plain values from bytes; whatever the bytes are, nothing beyond their end is read.
struct ByteReader {
  /// The bytes are not what was written.
  struct Malformed: Error {}

  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Bytes taken so far.
  var position: Int { offset }

  /// True if all bytes have been taken.
  var isAtEnd: Bool { offset == bytes.count }

  mutating func get<T: BitwiseCopyable>(_: T.Type = T.self) throws -> T {
    guard bytes.count - offset >= MemoryLayout<T>.size else { throw Malformed() }
    defer { offset += MemoryLayout<T>.size }
    return bytes.loadUnaligned(fromByteOffset: offset, as: T.self)
  }

  mutating func get<T: BitwiseCopyable>(arrayOf _: T.Type = T.self) throws -> [T] {
    let count = try get(Int.self)
    let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<T>.stride)
    guard count >= 0, !overflow, size <= bytes.count - offset else { throw Malformed() }
    defer { offset += size }
    return [T](unsafeUninitializedCapacity: count) { target, initialized in
      UnsafeMutableRawBufferPointer(target).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + size]))
      initialized = count
    }
  }

  mutating func getString() throws -> String { String(decoding: try get(arrayOf: UInt8.self), as: UTF8.self) }

  mutating func getList<T>(_ body: (inout ByteReader) throws -> T) throws -> [T] {
    let count = try get(Int.self)
    guard count >= 0, count <= bytes.count - offset else { throw Malformed() }
    var values: [T] = []
    for _ in 0..<count { values.append(try body(&self)) }
    return values
  }

  mutating func getOptional<T>(_ body: (inout ByteReader) throws -> T) throws -> T? {
    try get(UInt8.self) == 0 ? nil : try body(&self)
  }
}
