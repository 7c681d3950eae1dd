import CNNTensors

/// The numbers of an affine map, worked out row by row in `Double`.
final class AffineKernel {
  /// What makes one output channel.
  struct Row {
    /// Weights `[C / groups, K…]`.
    var weights: [Double]
    /// What is added.
    var shift = 0.0
    /// Border weights `[K…]`; empty if the map has none.
    var border: [Double] = []
    /// The sum of the magnitudes that each border weight is made of, which its rounding is measured by.
    var borderScale: [Double] = []
  }

  let map: AffineMap
  private let parts: [AffineKernel]
  private var known: [Int: Row] = [:]
  private var composed: [Int: [Int]] = [:]
  private var diagonal: (scale: [Double], shift: [Double])?
  /// True if rows are asked for again and again, being those of channels in the middle.
  private let remembers: Bool

  convenience init(_ map: AffineMap) { self.init(map, remembers: false) }

  private init(_ map: AffineMap, remembers: Bool) {
    (self.map, self.remembers) = (map, remembers)
    parts =
      switch map.content {
      case .convolution, .diagonal, .average, .padding: []
      case .sequence(let first, let second):
        [AffineKernel(first, remembers: second.rowCount > 1), AffineKernel(second, remembers: false)]
      case .sum(let maps), .stack(let maps): maps.map { AffineKernel($0, remembers: remembers) }
      case .slice(let whole, _): [AffineKernel(whole, remembers: remembers)]
      }
  }

  /// The row of output channel `m`.
  func row(_ m: Int) throws -> Row {
    if let row = known[m] { return row }
    let row = try made(m)
    if remembers { known[m] = row }
    return row
  }

  private func emptyRow(shift: Double = 0) -> Row {
    let border = [Double](repeating: 0, count: map.hasBorder ? map.volume : 0)
    return Row(
      weights: Array(repeating: 0, count: map.rowCount), shift: shift, border: border, borderScale: border)
  }

  private func made(_ m: Int) throws -> Row {
    switch map.content {
    case .convolution(let coefficients, let bias):
      return Row(weights: try coefficients.row(m), shift: bias?[m] ?? 0)
    case .diagonal(let scale, let shift):
      return Row(weights: [scale[m]], shift: shift[m])
    case .average:
      return Row(weights: Array(repeating: 1 / Double(map.volume), count: map.volume))
    case .padding(let values):
      return Row(weights: [1], shift: values[m], border: [-values[m]], borderScale: [abs(values[m])])
    case .sequence: return try product(m)
    case .sum:
      var row = emptyRow()
      for part in parts { try add(part, m, of: m, to: &row) }
      return row
    case .stack:
      var (part, start) = (0, 0)
      while m - start >= parts[part].map.outputs { (part, start) = (part + 1, start + parts[part].map.outputs) }
      var row = emptyRow()
      try add(parts[part], m - start, of: m, to: &row)
      return row
    case .slice(_, let start):
      return try parts[0].row(start + m)
    }
  }

  /// The first input channel that output channel `m` of a map reads.
  private static func start(_ map: AffineMap, _ m: Int) -> Int {
    m / (map.outputs / map.groups) * (map.inputs / map.groups)
  }

  /// Adds a row of a part with its taps and channels put to their positions.
  private func add(_ part: AffineKernel, _ row: Int, of m: Int, to sum: inout Row) throws {
    let source = try part.row(row)
    let offset = Self.start(part.map, row) - Self.start(map, m)
    let taps = Self.taps(part.map.axes, map.axes)
    for channel in 0..<part.map.inputs / part.map.groups {
      let base = (offset + channel) * map.volume
      for (tap, target) in taps.enumerated() {
        sum.weights[base + target] += source.weights[channel * taps.count + tap]
      }
    }
    sum.shift += source.shift
    for tap in source.border.indices {
      sum.border[taps[tap]] += source.border[tap]
      sum.borderScale[taps[tap]] += source.borderScale[tap]
    }
  }

  /// Where each tap of a window stands among those of a larger one.
  private static func taps(_ inner: [AffineAxis], _ outer: [AffineAxis]) -> [Int] {
    var taps = [0]
    for (inner, outer) in zip(inner, outer) {
      taps = taps.flatMap { base in
        (0..<inner.kernel).map { base * outer.kernel + outer.index(ofTap: $0, of: inner) }
      }
    }
    return taps
  }

  /// A row of a product: each weight of the second map times the row of the first that it reads.
  private func product(_ m: Int) throws -> Row {
    let (first, second) = (parts[0].map, parts[1].map)
    let outer = try parts[1].row(m)
    var row = emptyRow(shift: outer.shift)
    let isPadded = second.axes.contains(where: \.isPadded)
    let (middle, origin) = (Self.start(second, m), Self.start(map, m))
    let (taps, width) = (second.volume, first.inputs / first.groups)
    if second.rowCount == 1, second.isDiagonal, map.rowCount == first.rowCount, Self.start(first, middle) == origin {
      // What is scaled by channel alone, most of all, keeps its taps.
      let (factor, inner) = (outer.weights[0], try parts[0].row(middle))
      return Row(
        weights: inner.weights.map { factor * $0 }, shift: outer.shift + factor * inner.shift,
        border: inner.border.map { factor * $0 }, borderScale: inner.borderScale.map { abs(factor) * $0 })
    }
    if first.isDiagonal, !isPadded || !first.hasShift, outer.border.isEmpty, map.rowCount == second.rowCount,
      middle == origin
    {
      // What scales channels before another map changes that map's weights where they are.
      let (scale, shift) = try parts[0].diagonalRows()
      for channel in 0..<second.inputs / second.groups {
        let (factor, addend) = (scale[middle + channel], shift[middle + channel])
        for tap in channel * taps..<(channel + 1) * taps where outer.weights[tap] != 0 {
          row.weights[tap] = outer.weights[tap] * factor
          row.shift += outer.weights[tap] * addend
        }
      }
      return row
    }
    for channel in 0..<second.inputs / second.groups {
      let inner = try parts[0].row(middle + channel)
      let offset = Self.start(first, middle + channel) - origin
      for tap in 0..<taps {
        let factor = outer.weights[channel * taps + tap]
        guard factor != 0 else { continue }
        let taps = composedTaps(tap)
        for input in 0..<width {
          let base = (offset + input) * map.volume
          for (index, target) in taps.enumerated() {
            row.weights[base + target] += factor * inner.weights[input * taps.count + index]
          }
        }
        // A shift before a padding is seen inside alone.
        if isPadded, first.hasShift {
          row.border[taps[0]] += factor * inner.shift
          row.borderScale[taps[0]] += abs(factor * inner.shift)
        } else {
          row.shift += factor * inner.shift
        }
        for index in inner.border.indices {
          row.border[taps[index]] += factor * inner.border[index]
          row.borderScale[taps[index]] += abs(factor) * inner.borderScale[index]
        }
      }
    }
    for tap in outer.border.indices {
      row.border[composedTaps(tap)[0]] += outer.border[tap]
      row.borderScale[composedTaps(tap)[0]] += outer.borderScale[tap]
    }
    return row
  }

  /// The factor and the summand of each channel of a diagonal map.
  private func diagonalRows() throws -> (scale: [Double], shift: [Double]) {
    if let diagonal { return diagonal }
    var rows: (scale: [Double], shift: [Double]) = ([], [])
    for channel in 0..<map.outputs {
      let row = try made(channel)
      rows.scale.append(row.weights[0])
      rows.shift.append(row.shift)
    }
    diagonal = rows
    return rows
  }

  /// Where the taps of the first map's window stand when the second map reads it by its own tap `tap`.
  private func composedTaps(_ tap: Int) -> [Int] {
    if let taps = composed[tap] { return taps }
    let (first, second) = (parts[0].map.axes, parts[1].map.axes)
    // The second map's tap along each axis.
    var rest = tap
    var own = [Int](repeating: 0, count: second.count)
    for axis in second.indices.reversed() {
      (rest, own[axis]) = rest.quotientAndRemainder(dividingBy: second[axis].kernel)
    }
    var taps = [0]
    for axis in first.indices {
      let (a, b, whole) = (first[axis], second[axis], map.axes[axis])
      let spacing = whole.kernel > 1 ? whole.dilation : 1
      taps = taps.flatMap { base in
        (0..<a.kernel).map { base * whole.kernel + (a.stride * b.dilation * own[axis] + a.dilation * $0) / spacing }
      }
    }
    composed[tap] = taps
    return taps
  }

  // MARK: Tensors

  /// Weights `[M, C / groups, K…]` and bias `[M]` in an element type, rounded once.
  /// - Throws: ``Refusal`` if a number is finite, but not in that type.
  func tensors(_ type: ElementType) throws -> (weights: Tensor, bias: Tensor) {
    let shape = [map.outputs, map.inputs / map.groups] + map.axes.map(\.kernel)
    let wide: ElementType = type == .float32 ? .float32 : .float64
    var shifts = [Double](repeating: 0, count: map.outputs)
    let weights = try Tensor(wide, shape: shape) { bytes in
      for m in 0..<map.outputs {
        let row = try row(m)
        shifts[m] = row.shift
        if wide == .float32 {
          try Self.store(row.weights, as: Float.self, in: bytes, row: m, type)
        } else {
          try Self.store(row.weights, as: Double.self, in: bytes, row: m, type)
        }
      }
    }
    return (try weights.rounded(to: type), try Tensor(shifts, shape: [map.outputs]).rounded(to: type))
  }

  private static func store<T: BinaryFloatingPoint>(
    _ values: [Double], as _: T.Type, in bytes: UnsafeMutableRawBufferPointer, row: Int, _ type: ElementType
  ) throws {
    let target = bytes.assumingMemoryBound(to: T.self)
    var isFinite = true
    for index in values.indices {
      let value = T(values[index])
      isFinite = isFinite && value.isFinite
      target[row * values.count + index] = value
    }
    if !isFinite, values.contains(where: { $0.isFinite && !T($0).isFinite }) {
      throw Refusal.numbers(.tooLarge(type))
    }
  }

  /// Guard: border weights are zero, or what is left of two numbers that were rounded apart when they were stored.
  /// - Throws: ``Refusal`` if the map is no convolution.
  func checkBorder() throws {
    guard map.hasBorder else { return }
    for m in 0..<map.outputs {
      let row = try row(m)
      for (border, scale) in zip(row.border, row.borderScale) where abs(border) > 0x1p-22 * scale {
        throw Refusal.border(.shift)
      }
    }
  }
}
