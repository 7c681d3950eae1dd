import CNNTensors

extension Storage {
  /// A copy with the bytes of every group of `width` in reverse: big-endian elements become little-endian ones.
  func bytesReversed(inGroupsOf width: Int) throws -> Storage {
    try withBytes { source in
      try Storage(byteCount: source.count) { target in
        switch width {
        case 2: Self.swap(source, into: target, as: UInt16.self)
        case 4: Self.swap(source, into: target, as: UInt32.self)
        case 8: Self.swap(source, into: target, as: UInt64.self)
        default: target.copyMemory(from: source)
        }
      }
    }
  }

  /// A group that is cut short at the end stays as it is.
  private static func swap<T: FixedWidthInteger & BitwiseCopyable>(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, as type: T.Type
  ) {
    let width = MemoryLayout<T>.size
    let whole = source.count / width * width
    for offset in stride(from: 0, to: whole, by: width) {
      target.storeBytes(
        of: source.loadUnaligned(fromByteOffset: offset, as: T.self).byteSwapped, toByteOffset: offset, as: T.self)
    }
    for offset in whole..<source.count { target[offset] = source[offset] }
  }
}

extension UnsafeRawBufferPointer {
  /// A little-endian number at any alignment, within bounds that the caller has checked.
  func number<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
    T(littleEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
  }
}
