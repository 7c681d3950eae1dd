import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport

/// A small graph of layers that are affine, with a nonlinear one here and there, drawn from a seed.
struct RandomRegion {
  private var sketch = GraphSketch()
  private var random: SplitMix
  private let rank: Int

  /// A value with its channels and spatial extents.
  fileprivate struct Cursor {
    var id: ValueID
    var channels: Int
    var extents: [Int]
  }

  private struct Layer {
    var kernel: [Int] = []
    var strides: [Int] = []
    var dilations: [Int] = []
    var begins: [Int] = []
    var ends: [Int] = []
    var extents: [Int] = []
    var window: SpatialWindow { SpatialWindow(strides: strides, dilations: dilations, pads: begins + ends) }
    var pool: SpatialWindow {
      SpatialWindow(kernel: kernel, strides: strides, pads: begins + ends)
    }
  }

  private init(seed: Int) {
    random = SplitMix(state: UInt64(seed) &* 0x5851_F42D_4C95_7F2D)
    rank = 1 + Int(random.uniform() * 3)
  }

  /// The graph of a seed.
  static func graph(seed: Int) throws -> Graph {
    var region = RandomRegion(seed: seed)
    return try region.build()
  }

  private mutating func pick(_ range: ClosedRange<Int>) -> Int { random.pick(range) }
  private mutating func chance(_ probability: Double) -> Bool { random.chance(probability) }

  private mutating func build() throws -> Graph {
    let channels = pick(1...4)
    let extents = (0..<rank).map { _ in pick(1...(rank == 1 ? 9 : rank == 2 ? 6 : 4)) }
    let id = try sketch.input([chance(0.5) ? .symbol("N") : 2, .fixed(channels)] + extents.map(Dimension.fixed))
    var cursor = Cursor(id: id, channels: channels, extents: extents)
    var others: [Cursor] = []
    for _ in 0..<pick(2...5) {
      if chance(0.06) { others.append(cursor) }
      cursor = try chance(0.3) ? join(cursor) : step(cursor)
    }
    if chance(0.2) { cursor = try head(cursor) }
    // Something between may be a result, too.
    if let other = others.first, other.id != id, other.id != cursor.id { return try sketch.finish(cursor.id, other.id) }
    return try sketch.finish(cursor.id == id ? sketch.node(Relu(), cursor.id) : cursor.id)
  }

  // MARK: Layers

  private mutating func step(_ x: Cursor) throws -> Cursor {
    switch pick(0...12) {
    case 0...4: return try convolution(x, drawn(x))
    case 5: return x.with(try sketch.normalization(x.id, x.channels))
    case 6, 7: return x.with(try scale(x))
    case 8:
      let layer = drawn(x, dilated: false)
      let isPadded = layer.begins.contains { $0 > 0 } || layer.ends.contains { $0 > 0 }
      let pool = AveragePooling(window: layer.pool, countsPadding: !isPadded || chance(0.8))
      return Cursor(id: try sketch.node(pool, x.id), channels: x.channels, extents: layer.extents)
    case 9: return try pad(x)
    case 10: return try crop(x)
    case 11: return x.with(chance(0.5) ? try sketch.node(Relu(), x.id) : try sketch.node(Identity(), x.id))
    default:
      guard x.channels > 1 else { return x.with(try sketch.node(Identity(), x.id)) }
      let start = pick(0...x.channels - 2)
      let count = pick(1...x.channels - start)
      let y = try sketch.node(
        Slicing(), x.id, sketch.integers([start]), sketch.integers([start + count]),
        sketch.integers([1]))
      return Cursor(id: y, channels: count, extents: x.extents)
    }
  }

  private mutating func convolution(_ x: Cursor, _ layer: Layer, outputs: Int? = nil) throws -> Cursor {
    let channels = outputs ?? (chance(0.3) ? x.channels : pick(1...4))
    let groups = chance(0.4) ? gcd(x.channels, channels) : 1
    let y = try sketch.convolution(
      x.id, x.channels, channels, kernel: layer.kernel, window: layer.window, groups: groups, bias: chance(0.5))
    return Cursor(id: y, channels: channels, extents: layer.extents)
  }

  private mutating func scale(_ x: Cursor) throws -> ValueID {
    let shape = chance(0.2) ? [] : [x.channels] + Array(repeating: 1, count: rank)
    let constant = try sketch.weights(shape)
    switch pick(0...4) {
    case 0: return try sketch.node(Multiply(), x.id, constant)
    case 1: return try sketch.node(Add(), constant, x.id)
    case 2: return try sketch.node(Subtract(), x.id, constant)
    case 3: return try sketch.node(Subtract(), constant, x.id)
    default: return try sketch.node(Divide(), x.id, sketch.number(1.5))
    }
  }

  private mutating func pad(_ x: Cursor) throws -> Cursor {
    let (begins, ends) = ((0..<rank).map { _ in pick(0...2) }, (0..<rank).map { _ in pick(0...2) })
    let pads = try sketch.integers([0, 0] + begins + [0, 0] + ends)
    let extents = x.extents.indices.map { x.extents[$0] + begins[$0] + ends[$0] }
    let id: ValueID
    switch pick(0...3) {
    case 0:
      // The value that stands around is the one that is added.
      let value = try sketch.number(0.5)
      id = try sketch.node(Padding(), sketch.node(Add(), x.id, value), pads, value)
    case 1: id = try sketch.node(Padding(), x.id, pads, sketch.number(-1.25))
    default: id = try sketch.node(Padding(), x.id, pads)
    }
    return Cursor(id: id, channels: x.channels, extents: extents)
  }

  private mutating func crop(_ x: Cursor) throws -> Cursor {
    let axis = pick(0...rank - 1)
    guard x.extents[axis] > 1 else { return x.with(try sketch.node(Identity(), x.id)) }
    let start = pick(0...min(2, x.extents[axis] - 1))
    let end = pick(start + 1...x.extents[axis])
    let spelled = chance(0.5) || end == x.extents[axis] ? end : end - x.extents[axis]
    let y = try sketch.node(
      Slicing(), x.id, sketch.integers([start]), sketch.integers([spelled]),
      sketch.integers([2 + axis]))
    var extents = x.extents
    extents[axis] = end - start
    return Cursor(id: y, channels: x.channels, extents: extents)
  }

  private mutating func head(_ x: Cursor) throws -> Cursor {
    let pooled = try sketch.node(Flatten(), sketch.node(GlobalAveragePooling(), x.id))
    let outputs = pick(1...4)
    return Cursor(id: try sketch.linear(pooled, x.channels, outputs), channels: outputs, extents: [])
  }

  // MARK: Windows

  /// A window that fits a value.
  private mutating func drawn(_ x: Cursor, dilated: Bool = true) -> Layer {
    let isPointwise = chance(0.4)
    while true {
      var layer = Layer()
      for extent in x.extents {
        let kernel = isPointwise ? 1 : pick(1...4)
        let (stride, dilation) = (chance(0.7) ? 1 : pick(1...3), dilated && chance(0.3) ? 2 : 1)
        let most = min(2, kernel - 1)
        let (begin, end) = (chance(0.5) ? 0 : pick(0...most), chance(0.5) ? 0 : pick(0...most))
        let room = extent + begin + end - dilation * (kernel - 1) - 1
        guard room >= 0 else { break }
        layer.kernel.append(kernel)
        layer.strides.append(stride)
        layer.dilations.append(dilation)
        layer.begins.append(begin)
        layer.ends.append(end)
        layer.extents.append(room / stride + 1)
      }
      if layer.extents.count == rank { return layer }
    }
  }

  // MARK: Branches

  /// Several branches of one value, added up or behind one another.
  private mutating func join(_ x: Cursor) throws -> Cursor {
    let isSum = chance(0.6)
    var branches = [try branch(x, like: nil)]
    for _ in 0..<pick(1...2) {
      branches.append(try branch(x, like: branches[0].extents, channels: isSum ? branches[0].channels : nil))
    }
    if branches[0].extents == x.extents, !isSum || branches[0].channels == x.channels, chance(0.4) {
      branches.append(chance(0.5) ? x : x.with(try sketch.normalization(x.id, x.channels)))
    }
    var operation: any Operator = Concatenation(axis: 1)
    if isSum { operation = Sum() }
    if isSum, branches.count == 2, chance(0.7) { operation = Add() }
    let id = try sketch.nodes(operation, branches.map(\.id), outputs: 1)[0]
    return Cursor(
      id: id, channels: isSum ? branches[0].channels : branches.reduce(0) { $0 + $1.channels },
      extents: branches[0].extents)
  }

  /// A convolution with or without a normalization; `extents` and `channels` are what it must have.
  private mutating func branch(_ x: Cursor, like extents: [Int]?, channels: Int? = nil) throws -> Cursor {
    var layer = drawn(x)
    if let extents {
      // Windows that fit, by law or by chance; one that always does if none is found.
      var tries = 0
      while layer.extents != extents, tries < 60 { (layer, tries) = (drawn(x), tries + 1) }
      if layer.extents != extents { layer = fitting(x, extents) }
    }
    let y = try convolution(x, layer, outputs: channels)
    return chance(0.4) ? y.with(try sketch.normalization(y.id, y.channels)) : y
  }

  /// A window of the size that makes the extents.
  private func fitting(_ x: Cursor, _ extents: [Int]) -> Layer {
    var layer = Layer()
    for (axis, extent) in extents.enumerated() {
      let less = x.extents[axis] - extent
      layer.kernel.append(max(less, 0) + 1)
      layer.strides.append(1)
      layer.dilations.append(1)
      layer.begins.append(max(-less, 0))
      layer.ends.append(0)
      layer.extents.append(extent)
    }
    return layer
  }

  private func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? a : gcd(b, a % b) }
}

extension RandomRegion.Cursor {
  /// Another value of the same shape.
  fileprivate func with(_ id: ValueID) -> RandomRegion.Cursor {
    var copy = self
    copy.id = id
    return copy
  }
}
