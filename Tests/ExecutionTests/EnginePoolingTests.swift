import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Poolings of every kind.
@Suite(.serialized) struct EnginePoolingTests {
  enum Kind: String, CaseIterable, Sendable {
    case maximum, average, averageWithPadding

    func operation(_ window: SpatialWindow) -> any Operator {
      switch self {
      case .maximum: MaxPooling(window: window)
      case .average: AveragePooling(window: window)
      case .averageWithPadding: AveragePooling(window: window, countsPadding: true)
      }
    }
  }

  /// A window that gives a result; it may lie in the padding as a whole.
  private static func window(_ random: inout SplitMix, over shape: [Int]) -> SpatialWindow {
    while true {
      var window = SpatialWindow(kernel: [random.pick(1...6), random.pick(1...6)])
      if random.chance(0.7) { window.strides = [random.pick(1...4), random.pick(1...4)] }
      if random.chance(0.25) { window.dilations = [random.pick(1...3), random.pick(1...3)] }
      if random.chance(0.6) { window.pads = (0..<4).map { _ in random.pick(0...3) } }
      if window.pads == nil, random.chance(0.2) { window.autoPad = random.pick([.sameUpper, .sameLower]) }
      window.ceilMode = random.chance(0.35)
      if let geometry = try? PoolingGeometry(input: shape, window: window), !geometry.outputShape.contains(0) {
        return window
      }
    }
  }

  @Test(arguments: Kind.allCases, 0..<60) func agrees(_ kind: Kind, seed: Int) throws {
    var random = SplitMix(seed: seed)
    let shape = [random.pick(1...3), random.pick(1...40), random.pick(1...24), random.pick(1...24)]
    let window = Self.window(&random, over: shape)
    var sketch = GraphSketch(seed: seed)
    let y = try sketch.node(kind.operation(window), sketch.input(shape))
    try expectAgreement(sketch.finish(y), "\(kind) of \(shape): \(window)")
  }

  /// The windows that have code of their own, with images from narrower than a register tile on.
  @Test(arguments: Kind.allCases, [[2, 2], [3, 1], [3, 2]])
  func poolsAnyWidth(_ kind: Kind, sizes: [Int]) throws {
    let (size, stride) = (sizes[0], sizes[1])
    for width in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 16, 17, 20, 25] {
      for pad in [0, 1] {
        let window = SpatialWindow(
          kernel: [size, size], strides: [stride, stride], pads: [pad, pad, pad, pad],
          ceilMode: width % 2 == 0)
        let shape = [1, 18, 6, width]
        guard (try? PoolingGeometry(input: shape, window: window)) != nil else { continue }
        var sketch = GraphSketch(seed: width)
        let y = try sketch.node(kind.operation(window), sketch.input(shape))
        try expectAgreement(sketch.finish(y), "\(kind), width \(width), pad \(pad)")
      }
    }
  }

  /// A window without any element: the largest of none is minus infinity, the mean is no number or, counting padding,
  /// 0.
  @Test(arguments: Kind.allCases) func poolsPadding(_ kind: Kind) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 3, 4, 5])
    let window = SpatialWindow(kernel: [2, 2], strides: [2, 2], pads: [2, 2, 2, 3])
    let sample = try sketch.finish(sketch.node(kind.operation(window), x))
    let expected = try #require(sample.expected().first?.tensor)
    let corner = try expected.values(as: Double.self)[0]
    switch kind {
    case .maximum: #expect(corner == -.infinity)
    case .average: #expect(corner.isNaN)
    case .averageWithPadding: #expect(corner == 0)
    }
    try expectAgreement(sample)
  }

  /// One value that is no number, or infinite, is the result of just the windows that hold it.
  @Test(arguments: Kind.allCases, [Float.nan, .infinity, -.infinity]) func poolsOddNumbers(_ kind: Kind, odd: Float)
    throws
  {
    for (kernel, stride, dilation) in [(2, 2, 1), (3, 1, 1), (3, 2, 1), (5, 1, 1), (2, 1, 3)] {
      var random = SplitMix(seed: kernel)
      var values = random.numbers(2 * 19 * 11 * 13)
      for index in Swift.stride(from: 7, to: values.count, by: 97) { values[index] = odd }
      var sketch = GraphSketch()
      let x = try sketch.input(Tensor(values, shape: [2, 19, 11, 13]))
      let window = SpatialWindow(
        kernel: [kernel, kernel], strides: [stride, stride], dilations: [dilation, dilation], pads: [1, 1, 1, 1])
      try expectAgreement(sketch.finish(sketch.node(kind.operation(window), x)), "\(kind) \(kernel)x\(kernel)")
    }
  }

  @Test(arguments: [1, 16, 45]) func poolsWholeImages(channels: Int) throws {
    for extents in [[1, 1], [1, 9], [7, 7], [30, 23]] {
      for images in [1, 3] {
        var sketch = GraphSketch(seed: channels)
        let x = try sketch.input([images, channels] + extents)
        let y = try sketch.node(GlobalAveragePooling(), x)
        let scores = try sketch.linear(sketch.node(Flatten(), y), channels, 11)
        try expectAgreement(sketch.finish(y, sketch.node(GlobalMaxPooling(), x), scores), "\(extents)")
      }
    }
  }

  @Test func findsTheLargestOddNumber() throws {
    var random = SplitMix(seed: 4)
    var values = random.numbers(3 * 5 * 21)
    (values[30], values[150], values[200]) = (.nan, .infinity, -.infinity)
    for index in 210..<231 { values[index] = -.infinity }
    var sketch = GraphSketch()
    let x = try sketch.input(Tensor(values, shape: [3, 5, 3, 7]))
    try expectAgreement(sketch.finish(sketch.node(GlobalMaxPooling(), x), sketch.node(GlobalAveragePooling(), x)))
  }

  /// The mean over both spatial axes, which stay or go.
  @Test(arguments: [[2, 3], [-1, -2], [3, 2]], [true, false]) func meansOfAxes(axes: [Int], keepsAxes: Bool) throws {
    for channels in [5, 32] {
      var sketch = GraphSketch(seed: channels)
      let x = try sketch.node(Relu(), sketch.input([2, channels, 5, 6]))
      let mean = try sketch.node(ReduceMean(keepsAxes: keepsAxes), x, sketch.integers(axes))
      let matrix = keepsAxes ? try sketch.node(Flatten(), mean) : mean
      try expectAgreement(sketch.finish(mean, sketch.linear(matrix, channels, 13)))
    }
  }

  /// Means over other axes have a kernel of their own.
  @Test(arguments: [[1], [2], [1, 2, 3], [0, 2, 3]]) func meansOfOtherAxes(axes: [Int]) throws {
    var sketch = GraphSketch()
    let x = try sketch.node(Relu(), sketch.input([2, 5, 5, 6]))
    let y = try sketch.node(ReduceMean(keepsAxes: true), x, sketch.integers(axes))
    try expectAgreement(sketch.finish(y))
  }
}
