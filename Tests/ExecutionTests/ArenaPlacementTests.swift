import CNNExecution
import TestSupport
import Testing

@Suite struct ArenaPlacementTests {
  /// True if tenants whose lives overlap lie apart, inside the arena.
  private func isSound(_ placement: ArenaPlacement, _ tenants: [ArenaTenant]) -> Bool {
    let places = tenants.compactMap { tenant in placement.offsets[tenant.buffer].map { (tenant, $0) } }
    guard places.count == tenants.count else { return false }
    let sorted = places.sorted { $0.0.life.lowerBound < $1.0.life.lowerBound }
    for (index, (tenant, offset)) in sorted.enumerated() {
      guard offset >= 0, offset % 64 == 0, offset + tenant.byteCount <= placement.byteCount else { return false }
      for (other, place) in sorted[(index + 1)...] {
        if other.life.lowerBound > tenant.life.upperBound { break }
        guard place + other.byteCount <= offset || offset + tenant.byteCount <= place else { return false }
      }
    }
    return true
  }

  private func tenants(_ count: Int, longest: Int, _ random: inout SplitMix) -> [ArenaTenant] {
    (0..<count).map { buffer in
      let begin = Int.random(in: 0..<count, using: &random)
      return ArenaTenant(
        buffer: buffer, byteCount: 64 * Int.random(in: 1...50, using: &random),
        life: begin...begin + Int.random(in: 0...longest, using: &random))
    }
  }

  @Test(arguments: [1, 3, 20, 400]) func keepsApartWhatLivesTogether(longest: Int) {
    var random = SplitMix(seed: longest)
    for count in [1, 2, 10, 100, 600] {
      let tenants = tenants(count, longest: longest, &random)
      #expect(isSound(ArenaPlacement(tenants), tenants))
    }
  }

  /// Two that never meet share a place; so does the next one.
  @Test func sharesPlaces() {
    let tenants = (0..<100).map { ArenaTenant(buffer: $0, byteCount: 128, life: $0...$0 + 1) }
    #expect(ArenaPlacement(tenants).byteCount == 256)
  }

  /// Larger tenants come first, each at the lowest free address: the places worked out by hand.
  @Test func placesLargerOnesFirst() {
    let placement = ArenaPlacement([
      ArenaTenant(buffer: 0, byteCount: 64, life: 0...1), ArenaTenant(buffer: 1, byteCount: 256, life: 1...2),
      ArenaTenant(buffer: 2, byteCount: 128, life: 2...3), ArenaTenant(buffer: 3, byteCount: 64, life: 3...4),
    ])
    #expect(placement.offsets == [0: 256, 1: 0, 2: 256, 3: 0])
    #expect(placement.byteCount == 384)
  }

  /// Thousands that live at the same time take their own sizes and a quarter more at most, and those that have gone make
  /// room.
  @Test func placesManyThatLiveTogether() {
    var random = SplitMix(seed: 7)
    let first = tenants(3000, longest: 0, &random).map {
      ArenaTenant(buffer: $0.buffer, byteCount: $0.byteCount, life: 0...1)
    }
    let second = first.map { ArenaTenant(buffer: $0.buffer + 3000, byteCount: $0.byteCount, life: 2...3) }
    let placement = ArenaPlacement(first + second)
    let bytes = first.reduce(0) { $0 + $1.byteCount }
    #expect(isSound(placement, first + second))
    #expect(bytes...bytes * 5 / 4 ~= placement.byteCount)
  }

  @Test func takesTimeByTheBuffers() {
    expectNearlyLinear(from: 5000) { count in
      _ = ArenaPlacement((0..<count).map { ArenaTenant(buffer: $0, byteCount: 640, life: $0...count) })
    }
  }
}
