extension Plan {
  /// Gives each buffer its offset: buffers that are never alive at the same time share memory. Larger ones are placed
  /// first, each at the lowest address that is free while it lives.
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
    let order = lifetimes.keys.sorted {
      let (a, b) = (buffers[$0].paddedByteCount, buffers[$1].paddedByteCount)
      return a == b ? $0 < $1 : a > b
    }
    var placed: [(buffer: Int, life: ClosedRange<Int>)] = []
    for index in order {
      guard let life = lifetimes[index] else { continue }
      let size = buffers[index].paddedByteCount
      let others = placed.filter { $0.life.overlaps(life) }.map { buffers[$0.buffer] }.sorted { $0.offset < $1.offset }
      var offset = 0
      for other in others {
        if other.offset >= offset + size { break }
        offset = max(offset, other.offset + other.paddedByteCount)
      }
      buffers[index].offset = offset
      arenaByteCount = max(arenaByteCount, offset + size)
      placed.append((index, life))
    }
  }
}

extension Buffer {
  /// Bytes taken up: whole cache lines, and one more so that neighbours never share a page's place in the cache.
  var paddedByteCount: Int { (byteCount + 63) / 64 * 64 + 64 }
}
