/// What wants a place in the arena, and the steps from the first to the last that needs it.
package struct ArenaTenant {
  /// The buffer's number.
  package var buffer: Int
  /// Bytes taken up.
  package var byteCount: Int
  /// The steps.
  package var life: ClosedRange<Int>

  package init(buffer: Int, byteCount: Int, life: ClosedRange<Int>) {
    (self.buffer, self.byteCount, self.life) = (buffer, byteCount, life)
  }
}

/// Places in an arena. Tenants whose lives overlap lie apart.
///
/// Larger tenants are placed first, each at the lowest address that is free while it lives. That takes a look at every pair
/// that overlaps. If there are too many of them, as when one step reads what ten thousand others made, a tenant takes
/// instead the place of one that has gone and had nearly its size.
package struct ArenaPlacement {
  /// Pairs that may be looked at for each tenant, on average; no network comes near.
  private static let mostPairs = 256

  /// Each buffer's offset in bytes.
  package private(set) var offsets: [Int: Int] = [:]
  /// Bytes of the whole arena.
  package private(set) var byteCount = 0

  package init(_ tenants: [ArenaTenant]) {
    if Self.pairs(tenants) <= Self.mostPairs * tenants.count {
      placeLargestFirst(tenants)
    } else {
      placeInTurn(tenants)
    }
  }

  /// How many pairs of tenants are alive at the same time.
  private static func pairs(_ tenants: [ArenaTenant]) -> Int {
    let ends = tenants.map(\.life.upperBound).sorted()
    var (pairs, gone) = (0, 0)
    for (index, begin) in tenants.map(\.life.lowerBound).sorted().enumerated() {
      while ends[gone] < begin { gone += 1 }
      pairs += index - gone
    }
    return pairs
  }

  // MARK: Largest first

  private mutating func placeLargestFirst(_ tenants: [ArenaTenant]) {
    let order = tenants.sorted { a, b in
      a.byteCount == b.byteCount ? a.buffer < b.buffer : a.byteCount > b.byteCount
    }
    var neighbors = Neighbors(tenants)
    for tenant in order {
      var offset = 0
      for other in neighbors.overlapping(tenant.life).sorted(by: { $0.offset < $1.offset }) {
        if other.offset >= offset + tenant.byteCount { break }
        offset = max(offset, other.offset + other.byteCount)
      }
      put(tenant, at: offset)
      neighbors.add(Place(offset: offset, byteCount: tenant.byteCount), for: tenant.life)
    }
  }

  private struct Place {
    var offset: Int
    var byteCount: Int
  }

  /// The places that are taken, by the steps at which tenants come.
  private struct Neighbors {
    /// The steps at which a tenant comes, in order.
    private let begins: [Int]
    /// For each of them the tenants that come there, and those that came before and still live.
    private var coming: [[Place]]
    private var present: [[Place]]

    init(_ tenants: [ArenaTenant]) {
      begins = Set(tenants.map(\.life.lowerBound)).sorted()
      coming = begins.map { _ in [] }
      present = coming
    }

    func overlapping(_ life: ClosedRange<Int>) -> [Place] {
      let steps = indices(of: life)
      return steps.reduce(into: present[steps.lowerBound]) { $0 += coming[$1] }
    }

    mutating func add(_ place: Place, for life: ClosedRange<Int>) {
      let steps = indices(of: life)
      coming[steps.lowerBound].append(place)
      for step in steps.dropFirst() { present[step].append(place) }
    }

    /// The steps of a life at which tenants come; the first is its own.
    private func indices(of life: ClosedRange<Int>) -> Range<Int> {
      func firstIndex(_ holds: (Int) -> Bool) -> Int {
        var (low, high) = (0, begins.count)
        while low < high {
          let middle = (low + high) / 2
          if holds(begins[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
      }
      return firstIndex { $0 >= life.lowerBound }..<firstIndex { $0 > life.upperBound }
    }
  }

  // MARK: In turn

  private mutating func placeInTurn(_ tenants: [ArenaTenant]) {
    let arrivals = tenants.sorted { a, b in
      a.life.lowerBound == b.life.lowerBound ? a.buffer < b.buffer : a.life.lowerBound < b.life.lowerBound
    }
    let departures = tenants.sorted { a, b in
      a.life.upperBound == b.life.upperBound ? a.buffer < b.buffer : a.life.upperBound < b.life.upperBound
    }
    var free: [Int: [Int]] = [:]
    var gone = 0
    for tenant in arrivals {
      while departures[gone].life.upperBound < tenant.life.lowerBound {
        if let offset = offsets[departures[gone].buffer] {
          free[Self.rounded(departures[gone].byteCount), default: []].append(offset)
        }
        gone += 1
      }
      let size = Self.rounded(tenant.byteCount)
      let offset = free[size]?.popLast() ?? byteCount
      offsets[tenant.buffer] = offset
      byteCount = max(byteCount, offset + size)
    }
  }

  /// The next larger size with three leading bits: a quarter more at most.
  private static func rounded(_ byteCount: Int) -> Int {
    let shift = max(6, Int.bitWidth - byteCount.leadingZeroBitCount - 3)
    return ((byteCount + (1 << shift) - 1) >> shift) << shift
  }

  private mutating func put(_ tenant: ArenaTenant, at offset: Int) {
    offsets[tenant.buffer] = offset
    byteCount = max(byteCount, offset + tenant.byteCount)
  }
}
