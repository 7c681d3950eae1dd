import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import Testing

struct EngineConvolutionTests {
  /// What is drawn for a case.
  private struct Draw {
    var channels = 1
    var filters = 1
    var groups = 1
    /// True where groups are no whole blocks and too many for a dense convolution.
    var isLeft = false

    init(_ random: inout SplitMix) {
      switch random.integer(0...7) {
      case 0:
        groups = random.integer(2...70)
        (channels, filters) = (groups, groups)
      case 1:
        groups = random.integer(2...20)
        (channels, filters) = (groups, groups * random.integer(2...3))
      case 2:
        groups = random.integer(2...4)
        (channels, filters) = (groups * random.integer(1...12), groups * random.integer(1...12))
      case 3:
        groups = random.pick([2, 4, 8])
        let width = random.pick([4, 8, 16, 24, 32])
        (channels, filters) = (groups * width, groups * width)
      default: (channels, filters) = (random.integer(1...70), random.integer(1...70))
      }
    }
  }

  @Test(arguments: 0..<120)
  func isThatOfTheReference(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed) &* 7919 &+ 13)
    let draw = Draw(&random)
    let kernel = random.pick([[1, 1], [3, 3], [3, 3], [3, 3], [5, 5], [1, 7], [7, 1], [3, 5], [2, 2], [7, 7]])
    let isPlain = random.integer(0...1) == 0
    let dilations = isPlain ? [1, 1] : [random.integer(1...3), random.integer(1...2)]
    let strides = isPlain ? [1, 1] : [random.integer(1...3), random.integer(1...3)]
    let pads = (0..<4).map { side in random.integer(0...(kernel[side % 2] - 1) * dilations[side % 2]) }
    let autoPad = random.pick([SpatialWindow.AutoPad.explicit, .explicit, .explicit, .sameUpper, .sameLower])
    let reach = (0..<2).map { (kernel[$0] - 1) * dilations[$0] + 1 }
    let extents = [random.integer(reach[0]...30), random.integer(reach[1]...30)]
    let batch = random.integer(1...3)
    var sketch = GraphSketch(seed: UInt64(seed) + 1)
    let x = try sketch.input([batch, draw.channels] + extents)
    // Another layer before it, so that the input is blocked; or the graph's own input.
    let source = random.integer(0...2) == 0 ? x : try sketch.node(Relu(), x)
    var y = try sketch.convolution(
      source, draw.channels, draw.filters, kernel, groups: draw.groups, strides: strides, dilations: dilations,
      pads: pads, autoPad: autoPad, hasBias: random.integer(0...3) > 0)
    try sketch.infer()
    let shape = try #require(sketch.graph[y].type.tensor?.fixedShape)
    switch random.integer(0...6) {
    case 0: y = try sketch.node(Relu(), y)
    case 1: y = try sketch.node(HardSwish(), y)
    case 2: y = try sketch.node(Sigmoid(), y)
    case 3: y = try sketch.node(LeakyRelu(alpha: 0.2), y)
    case 4:
      let other = try sketch.input(shape, "r")
      y = try sketch.node(Relu(), try sketch.node(Add(), y, other))
    case 5:
      let other = try sketch.convolution(
        x, draw.channels, draw.filters, kernel, groups: draw.groups, strides: strides, dilations: dilations,
        pads: pads, autoPad: autoPad)
      y = try sketch.node(Add(), y, other)
    default: break
    }
    let graph = try sketch.finish(y)
    let isCovered = draw.groups == 1 || draw.groups <= 4 || draw.channels <= 256
    try expectAgreement(
      graph, try sketch.values(), references: isCovered ? 0 : 1,
      """
      \(draw.channels) → \(draw.filters) channels in \(draw.groups) groups, kernel \(kernel), strides \(strides), \
      dilations \(dilations), pads \(pads) \(autoPad), \(batch) × \(extents)
      """)
  }

  /// Large enough for several tasks, tile groups and parts of the depth.
  @Test(arguments: [
    (64, 96, 3, [40, 44], 1), (160, 80, 3, [28, 28], 1), (256, 64, 3, [14, 14], 2), (96, 320, 1, [30, 30], 1),
    (600, 48, 1, [7, 7], 3), (48, 600, 1, [7, 7], 1), (512, 64, 3, [7, 7], 1), (32, 32, 3, [61, 67], 1),
    (272, 272, 3, [9, 9], 2),
  ])
  func isThatOfTheReferenceWhereWorkIsCut(
    channels: Int, filters: Int, kernel: Int, extents: [Int], batch: Int
  ) throws {
    var sketch = GraphSketch(seed: 5)
    let x = try sketch.node(Relu(), try sketch.input([batch, channels] + extents))
    let y = try sketch.node(Relu(), try sketch.layer(x, filters, kernel: kernel))
    let graph = try sketch.finish(y)
    try expectAgreement(graph, try sketch.values())
  }
}
