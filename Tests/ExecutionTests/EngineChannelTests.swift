import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Concatenations, slices and shuffles, which move nothing: who reads the channels has to find them where they lie.
@Suite(.serialized) struct EngineChannelTests {
  /// Every kind of reader of one value.
  private func readers(_ sketch: inout GraphSketch, _ x: ValueID, _ channels: Int) throws -> [ValueID] {
    let pool = MaxPooling(window: SpatialWindow(kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1]))
    let mean = try sketch.node(GlobalAveragePooling(), x)
    return [
      try sketch.convolution(x, channels, 24, kernel: [1, 1], bias: true),
      try sketch.convolution(x, channels, 17, kernel: [3, 3], window: .padded(1)),
      try sketch.convolution(x, channels, 9, kernel: [3, 3], window: .padded(1, stride: 2)),
      try sketch.convolution(x, channels, channels, kernel: [3, 3], window: .padded(1), groups: channels),
      try sketch.convolution(x, channels, 2 * channels, kernel: [3, 1], groups: channels),
      try sketch.node(Relu(), sketch.normalization(x, channels)), try sketch.node(pool, x),
      try sketch.linear(sketch.node(Flatten(), mean), channels, 7), try sketch.node(HardSwish(), x),
    ]
  }

  // MARK: Concatenations

  @Test(arguments: [
    [5, 7], [16, 16], [16, 5], [5, 16], [3, 1, 30], [32, 8, 24, 1], [1, 1, 1, 1, 1], [20, 12, 4, 33, 16], [64, 64],
  ])
  func joins(parts: [Int]) throws {
    let channels = parts.reduce(0, +)
    var sketch = GraphSketch(seed: channels)
    let x = try sketch.input([2, 6, 8, 9])
    var values: [ValueID] = []
    for (index, part) in parts.enumerated() {
      // One part comes from outside of the engine.
      values.append(
        index == 1
          ? try sketch.input([2, part, 8, 9], "other") : try sketch.convolution(x, 6, part, kernel: [1, 1], bias: true))
    }
    let joined = try sketch.nodes(Concatenation(axis: parts.count % 2 == 0 ? 1 : -3), values, outputs: 1)[0]
    let results = try readers(&sketch, joined, channels)
    try expectAgreement(sketch.finish(all: results + [joined]))
  }

  /// A part that is joined to itself, and parts of what was joined before.
  @Test func joinsPartsTwice() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 6, 7, 7])
    let (a, b) = (try sketch.convolution(x, 6, 16, kernel: [1, 1]), try sketch.convolution(x, 6, 9, kernel: [1, 1]))
    let double = try sketch.nodes(Concatenation(axis: 1), [a, a], outputs: 1)[0]
    let mixed = try sketch.nodes(Concatenation(axis: 1), [b, a, double, b], outputs: 1)[0]
    let results = try readers(&sketch, double, 32) + readers(&sketch, mixed, 66)
    try expectAgreement(sketch.finish(all: results + [double, mixed]))
  }

  /// Joins along other axes are copies, and right between convolutions.
  @Test(arguments: [0, 2, 3]) func joinsAlongOtherAxes(axis: Int) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 6, 7, 5])
    let (a, b) = (try sketch.convolution(x, 6, 9, kernel: [1, 1]), try sketch.convolution(x, 6, 9, kernel: [1, 1]))
    let joined = try sketch.node(Concatenation(axis: axis), a, b, name: "join")
    let y = try sketch.convolution(joined, 9, 5, kernel: [3, 3], window: .padded(1))
    try expectAgreement(sketch.finish(y))
  }

  // MARK: Parts

  @Test(arguments: [[5, 27], [16, 16], [1, 30, 1], [3, 20, 4, 5], [17, 8, 7]]) func splits(parts: [Int]) throws {
    var sketch = GraphSketch(seed: parts[0])
    let x = try sketch.convolution(sketch.input([2, 6, 8, 7]), 6, 32, kernel: [1, 1])
    let values = try sketch.nodes(Split(axis: 1), [x, sketch.integers(parts)], outputs: parts.count)
    var results = values
    for (value, part) in zip(values, parts) { results += try readers(&sketch, value, part) }
    try expectAgreement(sketch.finish(all: results))
  }

  @Test(arguments: [2, 3]) func splitsEqually(count: Int) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 12, 5, 6])
    let values = try sketch.nodes(Split(axis: -3, partCount: count), [x], outputs: count)
    var results: [ValueID] = []
    for value in values { results += try readers(&sketch, value, 12 / count) }
    try expectAgreement(sketch.finish(all: results))
  }

  struct Cut: Sendable {
    var start: Int
    var end: Int
    var step = 1
    /// Channels of 40 that are left.
    var count: Int
  }

  @Test(arguments: [
    Cut(start: 0, end: 7, count: 7), Cut(start: 7, end: 30, count: 23), Cut(start: 16, end: 40, count: 24),
    Cut(start: -9, end: Int(Int64.max), count: 9), Cut(start: 1, end: 40, step: 2, count: 20),
    Cut(start: 39, end: -41, step: -1, count: 40), Cut(start: 30, end: 3, step: -4, count: 7),
  ])
  func slices(_ cut: Cut) throws {
    var sketch = GraphSketch(seed: cut.count)
    let x = try sketch.convolution(sketch.input([2, 6, 8, 7]), 6, 40, kernel: [1, 1])
    let part = try sketch.node(
      Slicing(), x, sketch.integers([cut.start]), sketch.integers([cut.end]), sketch.integers([1]),
      sketch.integers([cut.step]))
    let results = try readers(&sketch, part, cut.count)
    try expectAgreement(sketch.finish(all: results + [part]))
  }

  /// Slices of rows and columns have no kernel.
  @Test(arguments: [2, 3]) func slicesOtherAxes(axis: Int) throws {
    var sketch = GraphSketch()
    let x = try sketch.convolution(sketch.input([2, 6, 8, 7]), 6, 10, kernel: [1, 1])
    let part = try sketch.node(
      Slicing(), x, sketch.integers([1]), sketch.integers([6]), sketch.integers([axis]), name: "part")
    let y = try sketch.convolution(part, 10, 5, kernel: [3, 3], window: .padded(1))
    try expectAgreement(sketch.finish(y))
  }

  // MARK: Shuffles

  /// As in ShuffleNet: groups of channels exchanged, after parts that fill no whole blocks.
  @Test(arguments: [2, 3, 6], [[6, 6], [5, 19], [30, 30], [1, 23, 24]]) func shuffles(groups: Int, parts: [Int]) throws
  {
    let channels = parts.reduce(0, +)
    var sketch = GraphSketch(seed: groups)
    let x = try sketch.input([2, 4, 6, 9])
    var values: [ValueID] = []
    for part in parts { values.append(try sketch.convolution(x, 4, part, kernel: [1, 1])) }
    let joined = try sketch.nodes(Concatenation(axis: 1), values, outputs: 1)[0]
    let parted = try sketch.node(Reshape(), joined, sketch.integers([2, groups, channels / groups, 6, 9]))
    let exchanged = try sketch.node(Transpose(permutation: [0, 2, 1, 3, 4]), parted)
    let shuffled = try sketch.node(Reshape(), exchanged, sketch.integers([0, -1, 6, 9]))
    let halves = try sketch.nodes(Split(axis: 1, partCount: 2), [shuffled], outputs: 2)
    var results = try readers(&sketch, shuffled, channels)
    results.append(try sketch.convolution(halves[1], channels / 2, 8, kernel: [1, 1]))
    try expectAgreement(sketch.finish(all: results + [shuffled]))
  }

  /// What looks like a shuffle and is none: another order of axes, a value that somebody else reads, or another shape.
  @Test(arguments: [[0, 2, 1, 4, 3], [0, 1, 2, 3, 4], [0, 1, 2, 4, 3]]) func permutes(order: [Int]) throws {
    var sketch = GraphSketch()
    let x = try sketch.convolution(sketch.input([1, 4, 6, 6]), 4, 12, kernel: [1, 1])
    let parted = try sketch.node(Reshape(), x, sketch.integers([1, 3, 4, 6, 6]))
    let exchanged = try sketch.node(Transpose(permutation: order), parted)
    let last = try sketch.node(Reshape(), exchanged, sketch.integers([1, 12, 6, 6]))
    let other = try sketch.node(Reshape(), parted, sketch.integers([1, 12, 4, 9]))
    let y = try sketch.convolution(last, 12, 5, kernel: [3, 3])
    try expectAgreement(sketch.finish(y, sketch.convolution(other, 12, 5, kernel: [1, 1])), references: nil)
  }

  // MARK: Neighbours

  /// Channels that share a block with those that are read are none of the reader's business, whatever they hold.
  @Test(arguments: [Float.infinity, .nan]) func isUntouchedByItsNeighbours(odd: Float) throws {
    var random = SplitMix(seed: 2)
    var values = random.numbers(32 * 6 * 6)
    for index in 20 * 36..<32 * 36 { values[index] = odd }
    var sketch = GraphSketch()
    let x = try sketch.input(Tensor(values, shape: [1, 32, 6, 6]))
    let part = try sketch.nodes(Split(axis: 1), [x, sketch.integers([20, 12])], outputs: 2)[0]
    let a = try sketch.convolution(part, 20, 8, kernel: [1, 1])
    let b = try sketch.convolution(part, 20, 8, kernel: [3, 3])
    let depthwise = try sketch.convolution(part, 20, 20, kernel: [3, 3], groups: 20)
    let c = try sketch.convolution(depthwise, 20, 8, kernel: [1, 1])
    try expectAgreement(sketch.finish(a, b, c))
  }
}
