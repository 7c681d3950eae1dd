import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport

/// A convolution drawn from a seed, with what comes after it.
struct RandomConvolution: CustomStringConvertible {
  private enum Addend: CaseIterable { case none, input, convolution }
  private enum Next: CaseIterable { case nothing, relu, clip, hardSwish, sigmoid, leakyRelu }

  /// Larger ones would take the reference too long.
  private static let mostWork = 8_000_000
  private static let mostNumbers = 400_000

  private let seed: Int
  private var random: SplitMix
  private var batch = 1
  private var channels = 1
  private var filters = 1
  private var groups = 1
  private var extents = [1, 1]
  private var kernel = [1, 1]
  private var window = SpatialWindow()
  private var outputShape: [Int] = []
  private var hasBias = false
  private var addend = Addend.none
  private var next = Next.nothing

  init(seed: Int) {
    self.seed = seed
    random = SplitMix(seed: seed)
    repeat {
      drawChannels()
      drawWindow()
    } while !fits()
    hasBias = random.chance(0.6)
    addend = random.chance(0.4) ? random.pick([.input, .convolution]) : .none
    next = random.pick(Next.allCases)
  }

  var description: String {
    "seed \(seed): [\(batch), \(channels)] \(extents) by \(filters) filters \(kernel) in \(groups) groups, \(window), "
      + "bias \(hasBias), \(addend), \(next)"
  }

  private mutating func drawChannels() {
    (batch, groups) = (random.pick([1, 1, 2, 3]), 1)
    extents = [random.pick(1...30), random.pick(1...30)]
    switch seed % 8 {
    case 0, 1, 2, 7: (channels, filters) = (random.pick(1...70), random.pick(1...70))
    case 3:
      channels = random.pick(2...70)
      (filters, groups) = (channels, channels)
    case 4:
      groups = random.pick(2...35)
      (channels, filters) = (groups, 2 * groups)
    case 5:
      groups = random.pick(2...4)
      (channels, filters) = (groups * random.pick(2...17), groups * random.pick(1...17))
    default:
      let each = random.pick([4, 8, 16, 24])
      groups = random.pick(2...96 / each)
      (channels, filters) = (groups * each, groups * random.pick([each, 4, 8, 16, 24]))
    }
  }

  private mutating func drawWindow() {
    // Of these each eighth is such a convolution that Winograd's algorithm takes.
    if seed % 8 == 7 {
      kernel = [3, 3]
      let same = random.chance(0.5)
      window = SpatialWindow(pads: (0..<4).map { _ in same ? 1 : random.pick(0...2) })
      return
    }
    switch random.pick(0...9) {
    case 0...2: kernel = [1, 1]
    case 3...5: kernel = [3, 3]
    case 6: kernel = random.pick([[1, 7], [7, 1], [3, 5], [5, 5]])
    default: kernel = [random.pick(1...7), random.pick(1...7)]
    }
    let strides = random.chance(0.6) ? [1, 1] : [random.pick(1...3), random.pick(1...3)]
    let dilations = random.chance(0.75) ? [1, 1] : [random.pick(1...3), random.pick(1...3)]
    window = SpatialWindow(strides: strides, dilations: dilations)
    let most = (0..<2).map { (kernel[$0] - 1) * dilations[$0] }
    switch random.pick(0...5) {
    case 0: break
    case 1, 2: window.pads = [most[0] / 2, most[1] / 2, most[0] / 2, most[1] / 2]
    case 3: window.autoPad = random.pick([.sameUpper, .sameLower])
    default: window.pads = (0..<4).map { random.pick(0...most[$0 % 2] + (random.chance(0.1) ? 2 : 0)) }
    }
  }

  private mutating func fits() -> Bool {
    guard
      let geometry = try? ConvolutionGeometry(
        input: inputShape, weights: [filters, channels / groups] + kernel, groups: groups, window: window)
    else { return false }
    outputShape = geometry.outputShape
    let numbers = outputShape.reduce(1, *)
    return numbers > 0 && numbers <= Self.mostNumbers && numbers * geometry.depth <= Self.mostWork
  }

  private var inputShape: [Int] { [batch, channels] + extents }

  /// The graph, and inputs for it.
  func sample() throws -> Sample {
    var sketch = GraphSketch(seed: seed)
    let x = try sketch.input(inputShape)
    func convolution() throws -> ValueID {
      try sketch.convolution(x, channels, filters, kernel: kernel, window: window, groups: groups, bias: hasBias)
    }
    var y = try convolution()
    switch addend {
    case .none: break
    case .input:
      let other = try sketch.input(outputShape, "residual")
      y = try sketch.node(Add(), y, other)
    case .convolution:
      let other = try convolution()
      y = seed % 3 == 0 ? try sketch.node(Add(), y, other) : try sketch.node(Add(), other, y)
    }
    switch next {
    case .nothing: break
    case .relu: y = try sketch.node(Relu(), y)
    case .clip: y = try sketch.node(Clip(), y, sketch.number(-0.5), sketch.number(0.75))
    case .hardSwish: y = try sketch.node(HardSwish(), y)
    case .sigmoid: y = try sketch.node(Sigmoid(), y)
    case .leakyRelu: y = try sketch.node(LeakyRelu(alpha: 0.1), y)
    }
    return try sketch.finish(y)
  }
}
