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
}
