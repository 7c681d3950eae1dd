/// Memory straight from the system.
package enum RawMemory {
  /// Memory that suits every type; `nil` if there is none.
  package static func allocate(byteCount: Int) -> UnsafeMutableRawPointer? { SystemCalls.allocate(byteCount) }

  /// Memory that starts at a multiple of a power of two; `nil` if there is none.
  package static func allocate(byteCount: Int, alignment: Int) -> UnsafeMutableRawPointer? {
    SystemCalls.allocate(byteCount, alignment: alignment)
  }

  /// Gives memory of ``allocate(byteCount:)`` and ``allocate(byteCount:alignment:)`` back.
  package static func deallocate(_ memory: UnsafeMutableRawPointer) { SystemCalls.deallocate(memory) }

  /// Asks for large pages, of which fewer have to be looked up; a system without them ignores it.
  package static func preferLargePages(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
    SystemCalls.preferLargePages(memory, byteCount: byteCount)
  }

  /// Asks for single pages of a mapped file, all at once, if the last one is not in memory. Touching them one by one
  /// would wait for each, and read what lies around it.
  package static func fetch(_ pages: [UnsafeRawBufferPointer]) {
    let starts = pages.compactMap {
      $0.baseAddress.map { UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: $0) & ~4095) }
    }
    guard let last = starts.last ?? nil, SystemCalls.isAbsent(last) else { return }
    for case let start? in starts { SystemCalls.fetch(start) }
  }
}
