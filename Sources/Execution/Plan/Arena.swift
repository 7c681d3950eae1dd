extension Plan {
  /// Gives each buffer its offset: buffers that are never alive at the same time share memory.
  mutating func assignArena() {
    var lifetimes: [Int: ClosedRange<Int>] = [:]
    for (index, step) in steps.enumerated() {
      let accesses = BufferAccesses(step.kernel)
      for buffer in accesses.reads.union(accesses.writes) {
        lifetimes[buffer] = (lifetimes[buffer]?.lowerBound ?? index)...index
      }
    }
    for port in outputs {
      guard let buffer = port.view?.buffer, let life = lifetimes[buffer] else { continue }
      lifetimes[buffer] = life.lowerBound...steps.count
    }
    let tenants = lifetimes.map { buffer, life in
      ArenaTenant(buffer: buffer, byteCount: buffers[buffer].paddedByteCount, life: life)
    }
    let placement = ArenaPlacement(tenants)
    for (buffer, offset) in placement.offsets { buffers[buffer].offset = offset }
    arenaByteCount = placement.byteCount
  }
}

extension Buffer {
  /// Bytes taken up: whole cache lines, and one more so that neighbours never share a page's place in the cache.
  var paddedByteCount: Int { (byteCount + 63) / 64 * 64 + 64 }
}
