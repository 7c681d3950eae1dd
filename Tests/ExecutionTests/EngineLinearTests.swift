import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Products of matrices, and what comes before and after them in classifiers.
@Suite(.serialized) struct EngineLinearTests {
  private static let sizes = [(1, 1), (7, 5), (16, 16), (33, 100), (100, 33), (257, 17), (300, 300)]

  /// Both orders of weights, every number of rows up to beyond a register tile, and sizes of all remainders.
  @Test(arguments: [true, false], 1...9) func multiplies(transposesB: Bool, rows: Int) throws {
    for (inputs, outputs) in Self.sizes {
      var sketch = GraphSketch(seed: rows)
      let x = try sketch.input([rows, inputs])
      let weights = try sketch.weights(transposesB ? [outputs, inputs] : [inputs, outputs])
      let operation = GeneralMatrixMultiplication(transposesB: transposesB)
      let y = try sketch.node(operation, x, weights)
      let z = try sketch.node(Sigmoid(), sketch.node(operation, x, weights, sketch.weights([outputs])))
      try expectAgreement(sketch.finish(y, z), "\(inputs) by \(outputs)")
    }
  }

  @Test(arguments: [1, 2, 3, 5, 8, 9, 20]) func multipliesMatrices(rows: Int) throws {
    for (inputs, outputs) in Self.sizes {
      var sketch = GraphSketch(seed: rows)
      let x = try sketch.input([rows, inputs])
      let y = try sketch.node(MatrixMultiplication(), x, sketch.weights([inputs, outputs]))
      let z = try sketch.node(Relu(), sketch.node(MatrixMultiplication(), x, sketch.weights([inputs, outputs])))
      try expectAgreement(sketch.finish(y, z), "\(inputs) by \(outputs)")
    }
  }

  /// A row, or one number for all, in all the shapes that mean so.
  @Test(arguments: [[37], [1, 37], [], [1], [1, 1]] as [[Int]], [true, false])
  func adds(shape: [Int], transposesB: Bool) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([5, 21])
    let weights = try sketch.weights(transposesB ? [37, 21] : [21, 37])
    let y = try sketch.node(
      GeneralMatrixMultiplication(transposesB: transposesB), x, weights, sketch.weights(shape, scale: 5))
    try expectAgreement(sketch.finish(y))
  }

  /// What has no kernel is right all the same: a column, a matrix, and what is no constant, added.
  @Test func multipliesWithoutKernels() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([5, 21])
    let weights = try sketch.weights([37, 21])
    let plain = GeneralMatrixMultiplication(transposesB: true)
    let results = [
      try sketch.node(plain, x, weights, sketch.weights([5, 1])),
      try sketch.node(plain, x, weights, sketch.weights([5, 37])),
      try sketch.node(plain, x, weights, sketch.input([37], "row")),
    ]
    try expectAgreement(sketch.finish(all: results), references: nil)
  }

  /// Both operands computed, in every order of their axes, with factors, around the sizes of tiles, bands and depths.
  @Test(arguments: [false, true], [false, true]) func multipliesComputed(transposesA: Bool, transposesB: Bool) throws {
    for (rows, depth, columns) in [(1, 1, 1), (5, 21, 37), (13, 256, 33), (97, 257, 16), (30, 600, 200), (7, 3, 193)] {
      var sketch = GraphSketch(seed: rows)
      let (height, width) = transposesA ? (depth, rows) : (rows, depth)
      let a = try sketch.node(MatrixMultiplication(), sketch.input([height, 3], "a"), sketch.weights([3, width]))
      let b = try sketch.input(transposesB ? [columns, depth] : [depth, columns], "b")
      let row = try sketch.weights([columns])
      let results = [
        try sketch.node(GeneralMatrixMultiplication(transposesA: transposesA, transposesB: transposesB), a, b),
        try sketch.node(
          GeneralMatrixMultiplication(alpha: 0.5, beta: 2, transposesA: transposesA, transposesB: transposesB),
          a, b, row),
      ]
      try expectAgreement(sketch.finish(all: results), "\(rows), \(depth), \(columns)")
    }
  }

  /// Batches of matrices, broadcast as NumPy does; rows and columns alone; constants on either side.
  @Test(
    arguments: [
      ([2, 3, 5], [5, 21]), ([2, 3, 5], [2, 5, 7]), ([4, 1, 3, 5], [2, 5, 7]), ([3, 5], [2, 4, 5, 7]),
      ([5], [5, 7]), ([3, 5], [5]), ([5], [5]), ([2, 3, 5], [5]), ([5], [2, 5, 7]), ([1, 2, 9, 64], [1, 2, 64, 9]),
      ([8, 50, 40], [40, 17]), ([2, 1, 1, 3], [1, 6, 3, 1]),
    ] as [([Int], [Int])])
  func multipliesBatches(a: [Int], b: [Int]) throws {
    for constant in 0...2 {
      var sketch = GraphSketch(seed: constant)
      let x = try constant == 1 ? sketch.weights(a) : sketch.input(a, "a")
      let y = try constant == 2 ? sketch.weights(b) : sketch.input(b, "b")
      try expectAgreement(sketch.finish(sketch.node(MatrixMultiplication(), x, y)), "constant \(constant)")
    }
  }

  /// A factor, a row and an activation after a product are part of it, whatever the shape they come in.
  @Test(arguments: [1, 40]) func takesWhatFollows(rows: Int) throws {
    var sketch = GraphSketch()
    let x = try sketch.input([2, rows, 24])
    func product() throws -> ValueID { try sketch.node(MatrixMultiplication(), x, sketch.weights([24, 19])) }
    let eighth = try sketch.number(8)
    let row = try sketch.weights([1, 1, 19])
    let results = [
      try sketch.node(Relu(), sketch.node(Add(), row, product())),
      try sketch.node(Divide(), product(), eighth),
      try sketch.node(Gelu(), sketch.node(Add(), sketch.node(Multiply(), eighth, product()), sketch.weights([1]))),
    ]
    let sample = try sketch.finish(all: results)
    try expectAgreement(sample)
    let plan = try Engine(sample.graph).description
    #expect(plan.split(separator: "\n").filter { $0.contains("MatMul") && $0.contains("tasks") }.count == 3, "\(plan)")
  }

  /// A factor that is 0, infinite or no number is no part of a product, nor is a row that makes the result larger.
  @Test func leavesWhatDoesNotFit() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([20, 24])
    func product() throws -> ValueID { try sketch.node(MatrixMultiplication(), x, sketch.weights([24, 1])) }
    let results = [
      try sketch.node(Multiply(), product(), sketch.number(.infinity)),
      try sketch.node(Divide(), sketch.number(2), product()),
      try sketch.node(Add(), product(), sketch.weights([7])),
      try sketch.node(Add(), product(), sketch.weights([20, 1])),
    ]
    try expectAgreement(sketch.finish(all: results), references: nil)
  }

  /// An image becomes a row; layers follow one another; the last one's rows become probabilities.
  @Test(arguments: [1, 4], [3, 16, 21]) func classifies(images: Int, channels: Int) throws {
    for extents in [[1, 1], [5, 6]] {
      var sketch = GraphSketch(seed: channels)
      let x = try sketch.node(Relu(), sketch.input([images, channels] + extents))
      let count = channels * extents[0] * extents[1]
      let flat = try sketch.node(Flatten(), x)
      let shaped = try sketch.node(Reshape(), x, sketch.integers([images, -1]))
      let hidden = try sketch.node(Relu(), sketch.linear(flat, count, 65))
      let scores = try sketch.linear(hidden, 65, 19)
      let others = try sketch.linear(shaped, count, 3)
      let results = [
        try sketch.node(Softmax(axis: -1), scores), try sketch.node(Softmax(axis: 1), others), scores, hidden,
      ]
      try expectAgreement(sketch.finish(all: results), "\(extents)")
    }
  }

  /// Shapes that a matrix and an image take in turn.
  @Test(arguments: [1, 3]) func reshapes(images: Int) throws {
    var sketch = GraphSketch()
    let x = try sketch.node(Relu(), sketch.input([images, 20, 3, 4]))
    let flat = try sketch.node(Flatten(axis: 2), x)
    let all = try sketch.node(Flatten(axis: 0), x)
    let image = try sketch.node(Reshape(), flat, sketch.integers([images, 12, 4, 5]))
    let y = try sketch.convolution(image, 12, 7, kernel: [3, 3], window: .padded(1))
    let mean = try sketch.node(GlobalAveragePooling(), x)
    let row = try sketch.node(Squeeze(), mean, sketch.integers([2, 3]))
    let pixel = try sketch.node(Unsqueeze(), row, sketch.integers([2, 3]))
    let wide = try sketch.node(Reshape(), mean, sketch.integers([images, 4, 1, 5]))
    let z = try sketch.convolution(pixel, 20, 9, kernel: [1, 1])
    let w = try sketch.convolution(wide, 4, 6, kernel: [1, 3], window: SpatialWindow(pads: [0, 1, 0, 1]))
    let last = try sketch.linear(sketch.node(Flatten(), w), 30, 8)
    try expectAgreement(sketch.finish(y, z, last, flat, all, row, pixel), references: nil)
  }

  /// Rows of large and of equal numbers, and rows of one.
  @Test(arguments: [1, 2, 9, 16, 17, 1000], [1, 7]) func makesProbabilities(columns: Int, rows: Int) throws {
    for scale in [1, 30, 200.0] {
      var sketch = GraphSketch(seed: columns)
      let x = try sketch.input([rows, columns], scale: scale)
      let y = try sketch.node(Softmax(axis: -1), x)
      let shifted = try sketch.node(Softmax(axis: 1, flattens: true), x)
      try expectAgreement(sketch.finish(y, shifted), "scale \(scale)")
    }
  }

  @Test func makesProbabilitiesOfOddNumbers() throws {
    let values: [Float] = [0, -.infinity, 1, 2, .infinity, 0, 1, 2, 1, .nan, 0, 3, 7, 7, 7, 7, -.infinity, 90, 91, -90]
    var sketch = GraphSketch()
    let x = try sketch.input(Tensor(values, shape: [5, 4]))
    try expectAgreement(sketch.finish(sketch.node(Softmax(axis: -1), x)))
  }

  /// Convolutions of single pixels are products, too.
  @Test(arguments: [1, 2, 5, 9]) func convolvesSinglePixels(images: Int) throws {
    for (inputs, outputs) in Self.sizes {
      var sketch = GraphSketch(seed: images)
      let x = try sketch.input([images, inputs, 1, 1])
      let y = try sketch.node(Swish(), sketch.convolution(x, inputs, outputs, kernel: [1, 1], bias: true))
      let z = try sketch.convolution(y, outputs, 21, kernel: [1, 1])
      try expectAgreement(sketch.finish(y, z), "\(inputs) by \(outputs)")
    }
  }
}
