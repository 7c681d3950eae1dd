import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Convolutions by every algorithm that the engine has. One after the other: two at a time would not get both threads.
@Suite(.serialized) struct EngineConvolutionTests {
  @Test(arguments: 0..<256) func agrees(seed: Int) throws {
    let drawn = RandomConvolution(seed: seed)
    try expectAgreement(drawn.sample(), "\(drawn)")
  }

  struct Groups: Sendable {
    /// Input channels and filters of a group.
    var channels: Int
    var filters: Int
    var count: Int
    var isCovered = true
  }

  /// Whole blocks, some groups that make up whole blocks, a few groups that are as good as dense, and what is left.
  @Test(arguments: [
    Groups(channels: 24, filters: 24, count: 12), Groups(channels: 20, filters: 20, count: 16),
    Groups(channels: 100, filters: 5, count: 3), Groups(channels: 32, filters: 48, count: 3),
    Groups(channels: 16, filters: 80, count: 2), Groups(channels: 4, filters: 4, count: 32),
    Groups(channels: 13, filters: 16, count: 20, isCovered: false),
  ])
  func takesGroups(_ groups: Groups) throws {
    for kernel in [[1, 1], [3, 3]] {
      var sketch = GraphSketch(seed: groups.channels)
      let x = try sketch.input([2, groups.channels * groups.count, 9, 12])
      let y = try sketch.convolution(
        x, groups.channels * groups.count, groups.filters * groups.count, kernel: kernel,
        window: .padded(kernel[0] / 2), groups: groups.count, bias: true)
      try expectAgreement(sketch.finish(sketch.node(Relu(), y)), references: groups.isCovered ? [] : nil)
    }
  }

  /// Weights of so many channels that a task goes through them in parts, the sums lying in the output meanwhile.
  @Test(arguments: [(1200, [1, 1], 1), (300, [3, 3], 2), (70, [7, 7], 1), (200, [5, 3], 1)])
  func sumsInParts(channels: Int, kernel: [Int], stride: Int) throws {
    var sketch = GraphSketch(seed: channels)
    let x = try sketch.input([1, channels, 8, 11])
    let pads = [kernel[0] / 2, kernel[1] / 2, kernel[0] / 2, kernel[1] / 2]
    let window = SpatialWindow(strides: [stride, stride], pads: pads)
    let y = try sketch.convolution(x, channels, 70, kernel: kernel, window: window, bias: true)
    let sum = try sketch.node(Add(), y, sketch.convolution(x, channels, 70, kernel: kernel, window: window))
    try expectAgreement(sketch.finish(sketch.node(HardSwish(), sum)))
  }

  /// Winograd's algorithm for all numbers of tiles around those at which it changes its ways.
  @Test(arguments: [(4, 4), (8, 8), (12, 20), (16, 28), (28, 32), (29, 33), (40, 44)])
  func tilesAnySize(height: Int, width: Int) throws {
    for (channels, filters, images) in [(32, 64, 1), (24, 100, 2)] {
      var sketch = GraphSketch(seed: height)
      let x = try sketch.input([images, channels, height, width])
      let first = try sketch.node(
        Relu(), sketch.convolution(x, channels, filters, kernel: [3, 3], window: .padded(1), bias: true))
      let second = try sketch.convolution(first, filters, channels, kernel: [3, 3], window: .padded(1))
      let y = try sketch.node(LeakyRelu(alpha: 0.2), sketch.node(Add(), second, x))
      try expectAgreement(sketch.finish(y))
    }
  }

  /// Images of one pixel, as deep networks come to with small inputs: what reads beyond their edges and what reads them
  /// as a matrix may read the same values.
  @Test(arguments: [1, 3]) func takesSinglePixels(images: Int) throws {
    for channels in [5, 16, 40] {
      var sketch = GraphSketch(seed: channels)
      let x = try sketch.input([images, channels, 1, 1])
      let narrow = try sketch.node(Relu(), sketch.convolution(x, channels, 20, kernel: [1, 1], bias: true))
      let middle = try sketch.node(
        Relu(), sketch.convolution(narrow, 20, 20, kernel: [3, 3], window: .padded(1), bias: true))
      let wide = try sketch.convolution(middle, 20, channels, kernel: [1, 1])
      let sum = try sketch.node(Relu(), sketch.node(Add(), wide, x))
      let expanded = try sketch.node(HardSwish(), sketch.convolution(sum, channels, 48, kernel: [1, 1]))
      let deep = try sketch.convolution(expanded, 48, 48, kernel: [5, 5], window: .padded(2), groups: 48)
      try expectAgreement(sketch.finish(deep, sum, narrow), "\(channels) channels")
    }
  }

  /// A mean of the whole image is a single pixel, too.
  @Test func readsAMeanTwice() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 20, 6, 7])
    let mean = try sketch.node(GlobalAveragePooling(), x)
    let a = try sketch.convolution(mean, 20, 24, kernel: [1, 1])
    let b = try sketch.convolution(mean, 20, 24, kernel: [3, 3], window: .padded(1))
    let c = try sketch.linear(sketch.node(Flatten(), mean), 20, 9)
    try expectAgreement(sketch.finish(a, b, c, mean))
  }

  /// Values of all lifetimes share memory: none may be written while another one needs its place.
  @Test func reusesMemory() throws {
    var sketch = GraphSketch(seed: 3)
    var x = try sketch.input([2, 3, 25, 19])
    x = try sketch.node(Relu(), sketch.convolution(x, 3, 24, kernel: [5, 5], window: .padded(2, stride: 2)))
    let early = x
    var results: [ValueID] = []
    for (index, channels) in [24, 24, 40, 40, 8].enumerated() {
      let inputs = index == 0 ? 24 : [24, 24, 40, 40, 8][index - 1]
      var y = try sketch.node(Relu(), sketch.convolution(x, inputs, 33, kernel: [1, 1], bias: true))
      y = try sketch.node(Relu(), sketch.convolution(y, 33, 33, kernel: [3, 3], window: .padded(1), groups: 33))
      y = try sketch.convolution(y, 33, channels, kernel: [1, 1])
      x = inputs == channels ? try sketch.node(Relu(), sketch.node(Add(), x, y)) : y
      if index % 2 == 1 { results.append(x) }
    }
    let late = try sketch.node(Add(), sketch.convolution(x, 8, 24, kernel: [1, 1]), early)
    try expectAgreement(sketch.finish(all: results + [late]))
  }
}
