import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import Testing

struct EngineOperatorTests {
  @Test(arguments: 0..<60)
  func poolingIsThatOfTheReference(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed) &* 104_729 &+ 7)
    let kernel = [random.integer(1...5), random.integer(1...5)]
    let dilations = random.integer(0...3) == 0 ? [random.integer(1...2), 2] : [1, 1]
    let pads = (0..<4).map { random.integer(0...(kernel[$0 % 2] - 1) * dilations[$0 % 2] / 2) }
    let window = SpatialWindow(
      kernel: kernel, strides: [random.integer(1...3), random.integer(1...3)], dilations: dilations, pads: pads,
      ceilMode: random.integer(0...2) == 0)
    let shape = [random.integer(1...2), random.integer(1...40), random.integer(9...25), random.integer(9...25)]
    var sketch = GraphSketch(seed: UInt64(seed))
    let x = try sketch.input(shape)
    let y: ValueID
    switch random.integer(0...2) {
    case 0: y = try sketch.node(MaxPooling(window: window), x)
    case 1: y = try sketch.node(AveragePooling(window: window), x)
    default: y = try sketch.node(AveragePooling(window: window, countsPadding: true), x)
    }
    let graph = try sketch.finish(y)
    try expectAgreement(graph, try sketch.values(), "\(window) on \(shape)")
  }

  @Test
  func largestElementsKeepNaN() throws {
    var sketch = GraphSketch(seed: 1)
    let x = try sketch.input([1, 3, 8, 8])
    let window = SpatialWindow(kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1])
    let graph = try sketch.finish(try sketch.node(MaxPooling(window: window), x))
    let values = (0..<192).map { $0 % 17 == 0 ? Float.nan : Float($0) }
    try expectAgreement(graph, [.tensor(try Tensor(values, shape: [1, 3, 8, 8]))])
  }

  @Test(arguments: [(1, 0.75), (3, 0.75), (4, 0.5), (5, 1), (5, 0.75), (9, 2.3), (21, 0.75)] as [(Int, Float)])
  func normalizationOverChannelsIsThatOfTheReference(size: Int, beta: Float) throws {
    var sketch = GraphSketch(seed: 3)
    let x = try sketch.input([2, 37, 6, 9])
    let operation = LocalResponseNormalization(size: size, alpha: 0.3, beta: beta, bias: 1.5)
    let graph = try sketch.finish(try sketch.node(operation, x))
    try expectAgreement(graph, try sketch.values(scale: 3))
  }

  private static let activations: [any Operator] = [
    Relu(), LeakyRelu(alpha: 0.1), Sigmoid(), HardSigmoid(alpha: 0.3, beta: 0.4), HardSwish(), Swish(alpha: 1),
    Swish(alpha: 1.7), Tanh(), Elu(alpha: 0.7), Gelu(), Mish(),
  ]

  @Test(arguments: activations.indices)
  func activationIsThatOfTheReference(index: Int) throws {
    for scale in [1, 30] as [Float] {
      var sketch = GraphSketch(seed: 4)
      let x = try sketch.input([1, 19, 7, 5])
      let alone = try sketch.node(Self.activations[index], x)
      let after = try sketch.node(Self.activations[index], try sketch.layer(x, 21))
      let graph = try sketch.finish(alone, after)
      try expectAgreement(graph, try sketch.values(scale: scale), "\(Self.activations[index])")
    }
  }

  /// Squeeze and excitation, with the gate in front of a 1×1 convolution and by itself.
  @Test(arguments: [16, 24, 40], [1, 3])
  func gatesAreThoseOfTheReference(channels: Int, batch: Int) throws {
    var sketch = GraphSketch(seed: 6)
    let x = try sketch.node(Relu(), try sketch.input([batch, channels, 9, 11]))
    let squeezed = try sketch.node(GlobalAveragePooling(), x)
    let narrow = try sketch.node(Relu(), try sketch.layer(squeezed, 6))
    let gate = try sketch.node(Sigmoid(), try sketch.layer(narrow, channels))
    let projected = try sketch.layer(try sketch.node(Multiply(), x, gate), 33)
    let shown = try sketch.node(Multiply(), gate, x)
    let graph = try sketch.finish(projected, shown)
    try expectAgreement(graph, try sketch.values())
  }

  @Test(arguments: [false, true], [1, 2])
  func normalizationBeforeAConvolutionIsThatOfTheReference(hasRelu: Bool, stride: Int) throws {
    var sketch = GraphSketch(seed: 8)
    let x = try sketch.input([2, 45, 13, 10])
    var y = try sketch.node(
      BatchNormalization(), x, try sketch.numbers([45], from: 0.5, to: 1.5), try sketch.numbers([45]),
      try sketch.numbers([45]), try sketch.numbers([45], from: 0.5, to: 2))
    if hasRelu { y = try sketch.node(Relu(), y) }
    let z = try sketch.convolution(y, 45, 70, strides: [stride, stride])
    let graph = try sketch.finish(z)
    try expectAgreement(graph, try sketch.values())
  }

  @Test(arguments: 0..<30)
  func channelsThatMoveAreThoseOfTheReference(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed) &* 31 &+ 5)
    var sketch = GraphSketch(seed: UInt64(seed))
    let x = try sketch.input([random.integer(1...2), random.integer(1...40), 9, 12])
    var parts = [x]
    // A growing list, as in a dense block.
    for _ in 0..<random.integer(1...4) {
      let joined = parts.count == 1 ? parts[0] : try sketch.nodes(Concatenation(axis: 1), parts, outputs: 1)[0]
      parts.append(
        try sketch.node(Relu(), try sketch.layer(joined, random.integer(1...37), kernel: random.pick([1, 3]))))
    }
    let joined = try sketch.nodes(Concatenation(axis: 1), parts, outputs: 1)[0]
    try sketch.infer()
    let shape = try #require(sketch.graph[joined].type.tensor?.fixedShape)
    var y = joined
    if let groups = [3, 2].first(where: { shape[1] % $0 == 0 }) {
      let split = [shape[0], groups, shape[1] / groups, shape[2], shape[3]]
      let parted = try sketch.node(Reshape(), y, try sketch.integers(split))
      let exchanged = try sketch.node(Transpose(permutation: [0, 2, 1, 3, 4]), parted)
      y = try sketch.node(Reshape(), exchanged, try sketch.integers(shape))
    }
    let cut = random.integer(1...max(1, shape[1] - 1))
    let sizes = try sketch.integers([cut, shape[1] - cut])
    let halves = cut < shape[1] ? try sketch.nodes(Split(axis: 1), [y, sizes], outputs: 2) : [y, y]
    let a = try sketch.layer(halves[0], 20, kernel: 3)
    let slice = try sketch.node(
      Slicing(), y, try sketch.integers([shape[1] / 3]), try sketch.integers([shape[1]]), try sketch.integers([1]))
    let b = try sketch.layer(slice, 17)
    let graph = try sketch.finish(a, b, halves[1], y)
    try expectAgreement(graph, try sketch.values())
  }

  @Test(arguments: 0..<24)
  func linearLayersAreThoseOfTheReference(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed) &* 17 &+ 3)
    let (rows, inputs, outputs) = (random.integer(1...9), random.integer(1...300), random.integer(1...300))
    var sketch = GraphSketch(seed: UInt64(seed))
    let x = try sketch.input([rows, inputs])
    let isTransposed = random.integer(0...1) == 1
    let weights = try sketch.numbers(isTransposed ? [outputs, inputs] : [inputs, outputs])
    var y: ValueID
    switch random.integer(0...3) {
    case 0 where !isTransposed: y = try sketch.node(MatrixMultiplication(), x, weights)
    case 1: y = try sketch.node(GeneralMatrixMultiplication(transposesB: isTransposed), x, weights)
    case 2:
      y = try sketch.node(
        GeneralMatrixMultiplication(transposesB: isTransposed), x, weights, try sketch.numbers([1]))
    default:
      y = try sketch.node(
        GeneralMatrixMultiplication(transposesB: isTransposed), x, weights, try sketch.numbers([outputs]))
    }
    if random.integer(0...1) == 0 { y = try sketch.node(Relu(), y) }
    if random.integer(0...1) == 0 { y = try sketch.node(Softmax(axis: -1), y) }
    let graph = try sketch.finish(y)
    try expectAgreement(graph, try sketch.values(), "\(rows) × \(inputs) → \(outputs), transposed \(isTransposed)")
  }

  @Test(arguments: [[1, 20, 5, 7], [3, 33, 4, 4], [2, 64, 1, 1]])
  func headsAreThoseOfTheReference(shape: [Int]) throws {
    var sketch = GraphSketch(seed: 9)
    let x = try sketch.node(Relu(), try sketch.input(shape))
    let count = shape[1] * shape[2] * shape[3]
    let flat = try sketch.node(Flatten(axis: 1), x)
    let scores = try sketch.node(
      GeneralMatrixMultiplication(transposesB: true), flat, try sketch.numbers([50, count]), try sketch.numbers([50]))
    let mean = try sketch.node(ReduceMean(keepsAxes: false), x, try sketch.integers([2, 3]))
    let product = try sketch.node(MatrixMultiplication(), mean, try sketch.numbers([shape[1], 10]))
    let kept = try sketch.node(ReduceMean(), x, try sketch.integers([-1, -2]))
    let graph = try sketch.finish(scores, product, kept)
    try expectAgreement(graph, try sketch.values())
  }

  @Test
  func arithmeticIsThatOfTheReference() throws {
    var sketch = GraphSketch(seed: 10)
    let x = try sketch.input([2, 21, 6, 5], "x")
    let z = try sketch.input([2, 21, 6, 5], "z")
    let outputs = [
      try sketch.node(Add(), x, z), try sketch.node(Subtract(), x, z), try sketch.node(Multiply(), x, z),
      try sketch.node(Add(), x, try sketch.numbers([1, 21, 1, 1])),
      try sketch.node(Subtract(), x, try sketch.numbers([21, 1, 1])),
      try sketch.node(Relu(), try sketch.node(Multiply(), try sketch.numbers([]), x)),
    ]
    let joined = try sketch.nodes(Concatenation(axis: 1), outputs, outputs: 1)[0]
    let graph = try sketch.finish(joined)
    try expectAgreement(graph, try sketch.values())
  }
}
