/// Attention of tokens to one another (Vaswani et al.: "Attention Is All You Need", 2017, section 3.2), in the steps that
/// networks for images vary.
enum SelfAttention {
  /// Tokens `[…, L, C]` as heads `[…, heads, L, C / heads]`; `batch` are the extents before L, the first of them kept.
  static func heads(_ x: FeatureMap, _ heads: Int) -> FeatureMap {
    let shape = x.shape
    let rank = shape.count
    let extents = shape.map { $0.value ?? 0 }
    let width = extents[rank - 1]
    let split = x.reshaped([0] + extents[1..<(rank - 1)] + [heads, width / max(heads, 1)])
    var order = Array(0...rank)
    order.swapAt(rank - 2, rank - 1)
    return split.transposed(order)
  }

  /// Heads `[…, heads, L, D]` as tokens `[…, L, heads · D]`.
  static func tokens(_ x: FeatureMap) -> FeatureMap {
    let rank = x.shape.count
    var order = Array(0..<rank)
    order.swapAt(rank - 3, rank - 2)
    let y = x.transposed(order)
    let extents = y.shape.map { $0.value ?? 0 }
    return y.reshaped([0] + extents[1..<(rank - 2)] + [extents[rank - 2] * extents[rank - 1]])
  }

  /// The last two axes swapped.
  static func swapped(_ x: FeatureMap) -> FeatureMap {
    let rank = x.shape.count
    var order = Array(0..<rank)
    order.swapAt(rank - 2, rank - 1)
    return x.transposed(order)
  }

  /// Attention of tokens whose queries, keys and values one layer has made, behind one another in the last axis.
  static func attended(_ joined: FeatureMap, heads count: Int) -> FeatureMap {
    let parts = joined.split(axis: joined.shape.count - 1, into: 3).map { heads($0, count) }
    let width = parts[0].shape.last?.value ?? 1
    let scores = parts[0].scaled(by: 1 / Float(width).squareRoot()).matrixProduct(swapped(parts[1]))
    return tokens(scores.softmax(axis: -1).matrixProduct(parts[2]))
  }
}

/// Windows of a map that attention stays in, and their shift (Liu et al.: "Swin Transformer", 2021, section 3.2).
struct AttentionWindows {
  var height: Int
  var width: Int
  var side: Int
  /// How far the windows are shifted along each axis.
  var shift: [Int]

  /// - Parameter isShifted: whether windows are shifted by half their side, along axes with more than one.
  init(_ x: FeatureMap, side: Int, isShifted: Bool) {
    func padded(_ extent: Int) -> Int { (extent + side - 1) / max(side, 1) * side }
    let extents = x.shape.map { $0.value ?? 1 }
    (height, width, self.side) = (padded(extents[1]), padded(extents[2]), side)
    shift = [height, width].map { isShifted && side < $0 ? side / 2 : 0 }
  }

  private var rows: Int { height / side }
  private var columns: Int { width / side }

  /// `[N, H, W, C]` as windows `[N, windows, side², C]`.
  func divided(_ x: FeatureMap) -> FeatureMap {
    let extents = x.shape.map { $0.value ?? 1 }
    var y = x
    if extents[1] != height || extents[2] != width {
      y = y.padded(before: [0, 0, 0, 0], behind: [0, height - extents[1], width - extents[2], 0])
    }
    for axis in 0..<2 where shift[axis] > 0 { y = rolled(y, axis + 1, by: shift[axis]) }
    return y.reshaped([0, rows, side, columns, side, extents[3]]).transposed([0, 1, 3, 2, 4, 5])
      .reshaped([0, rows * columns, side * side, extents[3]])
  }

  /// Windows as the map they were made of.
  func joined(_ x: FeatureMap, like map: FeatureMap) -> FeatureMap {
    let extents = map.shape.map { $0.value ?? 1 }
    var y = x.reshaped([0, rows, columns, side, side, extents[3]]).transposed([0, 1, 3, 2, 4, 5])
      .reshaped([0, height, width, extents[3]])
    for axis in 0..<2 where shift[axis] > 0 {
      y = rolled(y, axis + 1, by: (axis == 0 ? height : width) - shift[axis])
    }
    if extents[1] != height { y = y.sliced(axis: 1, from: 0, to: extents[1]) }
    if extents[2] != width { y = y.sliced(axis: 2, from: 0, to: extents[2]) }
    return y
  }

  /// The first `count` places of an axis moved to its end.
  private func rolled(_ x: FeatureMap, _ axis: Int, by count: Int) -> FeatureMap {
    let extent = x.shape[axis].value ?? 1
    return .joined(
      [x.sliced(axis: axis, from: count, to: extent), x.sliced(axis: axis, from: 0, to: count)], axis: axis)
  }

  /// What is added to the scores of tokens that the shift has brought together, `[windows, 1, side², side²]`; `nil` without
  /// a shift.
  var mask: [Float]? {
    guard shift.contains(where: { $0 > 0 }), maskCount <= Self.largestMask else { return nil }
    func region(_ place: Int, _ extent: Int, _ shift: Int) -> Int {
      place < extent - side ? 0 : place < extent - shift ? 1 : 2
    }
    var mask: [Float] = []
    mask.reserveCapacity(rows * columns * side * side * side * side)
    for window in 0..<rows * columns {
      let regions = (0..<side * side).map { place in
        let (row, column) = (window / columns * side + place / side, window % columns * side + place % side)
        return 3 * region(row, height, shift[0]) + region(column, width, shift[1])
      }
      for first in regions { for second in regions { mask.append(first == second ? 0 : -100) } }
    }
    return mask
  }

  /// True if the mask is too large for a network's drawing.
  var exceedsMask: Bool { shift.contains { $0 > 0 } && maskCount > Self.largestMask }

  private static let largestMask = 1 << 24
  private var maskCount: Int { rows * columns * side * side * side * side }

  /// The extents of ``mask``.
  var maskShape: [Int] { [rows * columns, 1, side * side, side * side] }

  /// For each pair of places in a window the row of a table of relative positions.
  static func relativePositions(side: Int) -> [Int] {
    let places = 0..<side * side
    return places.flatMap { first in
      places.map { second in
        let row = first / side - second / side + side - 1
        return row * (2 * side - 1) + first % side - second % side + side - 1
      }
    }
  }
}
