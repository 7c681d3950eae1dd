import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Activations, normalizations and joins of images, by themselves and beside their neighbours.
@Suite(.serialized) struct EngineOperatorTests {
  // MARK: Activations

  /// Values over the whole range, and so near to zero that differences of nearly equal numbers would show.
  @Test(arguments: Activation.all, [30, 1, 1e-3] as [Float]) func activates(_ activation: Activation, reach: Float)
    throws
  {
    let shape = [2, 5, 7, 9]
    let count = shape.reduce(1, *)
    var values = (0..<count).map { reach * (2 * Float($0) / Float(count - 1) - 1) }
    for index in stride(from: 3, to: count, by: 50) { values[index] = 0 }
    var sketch = GraphSketch()
    let x = try sketch.input(Tensor(values, shape: shape))
    try expectAgreement(sketch.finish(activation.apply(&sketch, x)), activation.testDescription)
  }

  /// Each kernel applies an activation in a way of its own.
  @Test(arguments: Activation.all) func activatesResults(_ activation: Activation) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 20, 13, 14])
    func activated(_ id: ValueID) throws -> ValueID { try activation.apply(&sketch, id) }
    let matrix = try sketch.node(Flatten(), sketch.node(GlobalMaxPooling(), x))
    let values = [
      try sketch.convolution(x, 20, 40, kernel: [1, 1], bias: true),
      try sketch.convolution(x, 20, 24, kernel: [3, 3], window: .padded(1), bias: true),
      try sketch.convolution(x, 20, 24, kernel: [5, 5], window: .padded(2, stride: 2)),
      try sketch.convolution(x, 20, 20, kernel: [3, 3], window: .padded(1), groups: 20, bias: true),
      try sketch.convolution(x, 20, 20, kernel: [3, 5], window: .padded(1, stride: 2), groups: 20),
      try sketch.normalization(x, 20), try sketch.linear(matrix, 20, 21),
    ]
    var results: [ValueID] = []
    for value in values { results.append(try activated(value)) }
    try expectAgreement(sketch.finish(all: results), activation.testDescription)
  }

  // MARK: Two operands

  struct Join: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let operation: any Operator
    init(_ name: String, _ operation: any Operator) { (testDescription, self.operation) = (name, operation) }
  }

  static let joins = [Join("add", Add()), Join("subtract", Subtract()), Join("multiply", Multiply())]

  @Test(arguments: joins, [1, 16, 37]) func joinsImages(_ join: Join, channels: Int) throws {
    for extents in [[1, 1], [7, 9], [20, 17]] {
      for images in [1, 3] {
        var sketch = GraphSketch(seed: channels)
        let (a, b) = (
          try sketch.input([images, channels] + extents, "a"), try sketch.input([images, channels] + extents, "b")
        )
        let gate = try sketch.input([images, channels, 1, 1], "gate")
        try expectAgreement(
          sketch.finish(
            sketch.node(join.operation, a, b), sketch.node(Relu(), sketch.node(join.operation, b, a)),
            sketch.node(join.operation, a, gate), sketch.node(join.operation, a, a)))
      }
    }
  }

  /// One number, or one for each channel, in all the shapes that mean so.
  @Test(arguments: joins, [[], [1], [1, 1, 1, 1], [23, 1, 1], [1, 23, 1, 1]] as [[Int]])
  func joinsConstants(_ join: Join, shape: [Int]) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 23, 6, 11])
    let constant = try sketch.weights(shape)
    let result = try sketch.node(join.operation, x, constant)
    try expectAgreement(sketch.finish(result, sketch.node(Sigmoid(), sketch.node(join.operation, x, constant))))
  }

  /// Operands that are no kernel's are right all the same: the other way round, of rows or images, broadcast to the
  /// image.
  @Test(arguments: joins, [[23, 1, 1], [11], [6, 1], [2, 1, 1, 1], [6, 11], [2, 23, 6, 11]] as [[Int]])
  func joinsWhatHasNoKernel(_ join: Join, shape: [Int]) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 23, 6, 11])
    let (small, constant) = (try sketch.input(shape, "small"), try sketch.weights(shape))
    let image = try sketch.node(Tanh(), x)
    try expectAgreement(
      sketch.finish(
        sketch.node(join.operation, constant, image), sketch.node(join.operation, image, constant),
        sketch.node(join.operation, small, image), sketch.node(join.operation, image, small)), references: nil)
  }

  /// Before version 7 the second operand's axes begin where an attribute says.
  @Test func joinsAlongAnAxis() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 9, 9, 9])
    let constant = try sketch.weights([9])
    let results = [
      try sketch.node(Add(legacyAxis: 1), x, constant), try sketch.node(Multiply(legacyAxis: 1), x, constant),
      try sketch.node(Add(), x, constant), try sketch.node(Subtract(legacyAxis: 2), x, constant),
    ]
    try expectAgreement(sketch.finish(all: results), references: nil)
  }

  // MARK: Normalizations

  @Test(arguments: [3, 16, 40]) func normalizes(channels: Int) throws {
    for shape in [[1, channels, 1, 1], [2, channels, 9, 13]] {
      var sketch = GraphSketch(seed: channels)
      let x = try sketch.input(shape)
      try expectAgreement(
        sketch.finish(
          sketch.normalization(x, channels), sketch.node(Relu(), sketch.normalization(x, channels)),
          sketch.node(Add(), sketch.normalization(x, channels), x)))
    }
  }

  /// DenseNet's order: a normalization and perhaps a clip before a convolution of single pixels, over a growing list of
  /// channels.
  @Test(arguments: [5, 16, 21], [1, 2]) func normalizesBeforeConvolutions(growth: Int, stride: Int) throws {
    var sketch = GraphSketch(seed: growth)
    let x = try sketch.input([2, growth, 15, 12])
    var features = [x]
    for layer in 1...4 {
      let channels = growth * layer
      let all = layer == 1 ? x : try sketch.nodes(Concatenation(axis: 1), features, outputs: 1)[0]
      var y = try sketch.normalization(all, channels)
      if layer != 3 { y = try sketch.node(Relu(), y) }
      y = try sketch.convolution(y, channels, 30, kernel: [1, 1], bias: layer == 2)
      y = try sketch.node(Relu(), sketch.normalization(y, 30))
      features.append(try sketch.convolution(y, 30, growth, kernel: [3, 3], window: .padded(1)))
    }
    let all = try sketch.nodes(Concatenation(axis: 1), features, outputs: 1)[0]
    let clipped = try sketch.node(Relu(), sketch.normalization(all, 5 * growth))
    let strided = SpatialWindow(strides: [stride, stride])
    let y = try sketch.convolution(clipped, 5 * growth, 33, kernel: [1, 1], window: strided, bias: true)
    let sample = try sketch.finish(sketch.node(HardSwish(), y), all)
    try expectAgreement(sample)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 24], [0.75, 0.5, 1, 2.3] as [Float])
  func normalizesNeighbours(size: Int, beta: Float) throws {
    for channels in [max(1, size / 2), 12, 37] where size <= 2 * channels + 1 {
      var sketch = GraphSketch(seed: size)
      let x = try sketch.input([2, channels, 5, 7], scale: 3)
      let operation = LocalResponseNormalization(size: size, alpha: 0.7, beta: beta, bias: 1.5)
      let y = try sketch.node(operation, x)
      // What follows finds nothing but zeros behind the last channel.
      let z = try sketch.convolution(y, channels, 6, kernel: [3, 3], window: .padded(1))
      try expectAgreement(sketch.finish(y, z), "\(channels) channels")
    }
  }

  // MARK: Squeeze and excitation

  struct Gate: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let operation: any Operator
    init(_ name: String, _ operation: any Operator) { (testDescription, self.operation) = (name, operation) }
  }

  @Test(
    arguments: [Gate("sigmoid", Sigmoid()), Gate("hard sigmoid", HardSigmoid(alpha: 1 / 6))], [3, 16, 24, 57])
  func gates(_ gate: Gate, channels: Int) throws {
    for images in [1, 3] {
      var sketch = GraphSketch(seed: channels)
      let x = try sketch.input([images, channels, 9, 10])
      let data = try sketch.node(
        HardSwish(), sketch.convolution(x, channels, channels, kernel: [3, 3], window: .padded(1), groups: channels))
      let mean = try sketch.node(GlobalAveragePooling(), data)
      let narrow = try sketch.node(Relu(), sketch.convolution(mean, channels, 6, kernel: [1, 1], bias: true))
      let weight = try sketch.node(gate.operation, sketch.convolution(narrow, 6, channels, kernel: [1, 1], bias: true))
      let product =
        channels % 2 == 0 ? try sketch.node(Multiply(), data, weight) : try sketch.node(Multiply(), weight, data)
      let y = try sketch.node(Add(), sketch.convolution(product, channels, channels, kernel: [1, 1]), x)
      try expectAgreement(sketch.finish(y))
    }
  }

  /// The channels that a gate is for lie in blocks that are not full.
  @Test func gatesJoinedChannels() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, 8, 6, 7])
    let parts = [try sketch.convolution(x, 8, 5, kernel: [1, 1]), try sketch.convolution(x, 8, 21, kernel: [1, 1])]
    let data = try sketch.nodes(Concatenation(axis: 1), parts, outputs: 1)[0]
    let weight = try sketch.node(
      Sigmoid(), sketch.convolution(sketch.node(GlobalAveragePooling(), data), 26, 26, kernel: [1, 1]))
    let y = try sketch.convolution(sketch.node(Multiply(), data, weight), 26, 12, kernel: [1, 1])
    let halves = try sketch.nodes(Split(axis: 1), [weight, sketch.integers([7, 19])], outputs: 2)
    let part = try sketch.convolution(x, 8, 19, kernel: [1, 1])
    let z = try sketch.convolution(sketch.node(Multiply(), part, halves[1]), 19, 12, kernel: [1, 1])
    try expectAgreement(sketch.finish(y, z))
  }
}
