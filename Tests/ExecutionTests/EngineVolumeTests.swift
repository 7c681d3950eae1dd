import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Convolutions over three axes.
@Suite(.serialized) struct EngineVolumeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var extents: [Int]
    var kernel: [Int]
    var strides = [1, 1, 1]
    var dilations = [1, 1, 1]
    var pads = [0, 0, 0, 0, 0, 0]
    var testDescription: String { "\(extents), \(kernel) by \(strides), \(dilations), \(pads)" }
  }

  static let cases: [Case] = [
    Case(extents: [4, 5, 6], kernel: [3, 3, 3], pads: [1, 1, 1, 1, 1, 1]),
    Case(extents: [3, 3, 3], kernel: [1, 1, 1]), Case(extents: [7, 9, 40], kernel: [2, 3, 4]),
    Case(extents: [6, 8, 10], kernel: [3, 3, 3], strides: [2, 2, 2], pads: [1, 1, 1, 1, 1, 1]),
    Case(extents: [5, 6, 33], kernel: [3, 1, 3], strides: [1, 2, 3], pads: [0, 1, 2, 2, 0, 1]),
    Case(extents: [7, 7, 7], kernel: [3, 2, 2], dilations: [2, 3, 1], pads: [2, 3, 1, 2, 0, 1]),
    Case(extents: [1, 1, 1], kernel: [3, 3, 3], pads: [1, 1, 1, 1, 1, 1]),
    Case(extents: [2, 3, 70], kernel: [1, 1, 9], pads: [0, 0, 4, 0, 0, 4]),
  ]

  @Test(arguments: cases, [(1, 1, 1), (3, 17, 1), (8, 6, 2), (6, 6, 6), (40, 20, 1)])
  func convolves(form: Case, channels: (Int, Int, Int)) throws {
    for images in [1, 2] {
      var sketch = GraphSketch(seed: images)
      let (inputs, filters, groups) = channels
      let x = try sketch.input([images, inputs] + form.extents)
      let operation = Convolution(
        window: SpatialWindow(strides: form.strides, dilations: form.dilations, pads: form.pads), groups: groups)
      let weights = try sketch.weights([filters, inputs / groups] + form.kernel)
      let y = try sketch.node(operation, x, weights)
      let z = try sketch.node(Relu(), sketch.node(operation, x, weights, sketch.weights([filters])))
      try expectAgreement(sketch.finish(y, z), "\(images) images")
    }
  }

  /// More products than fit one piece, more filters than one band.
  @Test func convolvesDeep() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 80, 3, 4, 5])
    let y = try sketch.node(
      Convolution(window: SpatialWindow(pads: [1, 1, 1, 1, 1, 1])), x, sketch.weights([210, 80, 3, 3, 3]))
    try expectAgreement(sketch.finish(y))
  }

  @Test(arguments: [false, true], [false, true]) func pools(isMean: Bool, countsPadding: Bool) throws {
    for (kernel, strides, pads, dilations) in [
      ([2, 2, 2], [2, 2, 2], [0, 0, 0, 0, 0, 0], [1, 1, 1]), ([3, 3, 3], [2, 2, 2], [1, 1, 1, 1, 1, 1], [1, 1, 1]),
      ([3, 1, 2], [1, 1, 3], [1, 0, 0, 2, 0, 1], [1, 1, 1]), ([2, 3, 2], [1, 2, 1], [0, 1, 1, 0, 1, 0], [2, 1, 3]),
    ] {
      var sketch = GraphSketch()
      let x = try sketch.input([2, 3, 6, 7, 21])
      let window = SpatialWindow(kernel: kernel, strides: strides, dilations: dilations, pads: pads)
      let y =
        try isMean
        ? sketch.node(AveragePooling(window: window, countsPadding: countsPadding), x)
        : sketch.node(MaxPooling(window: window), x)
      try expectAgreement(sketch.finish(y), "\(kernel)")
    }
  }

  @Test func poolsOddNumbers() throws {
    var values = [Float](repeating: -.infinity, count: 4 * 4 * 20)
    for (index, value) in [(3, Float.nan), (40, .infinity), (41, 2), (100, -1), (170, .nan), (171, 7)] {
      values[index] = value
    }
    var sketch = GraphSketch()
    let x = try sketch.input(Tensor(values, shape: [1, 1, 4, 4, 20]))
    try expectAgreement(
      sketch.finish(sketch.node(MaxPooling(window: SpatialWindow(kernel: [2, 2, 3], strides: [1, 2, 2])), x)))
  }

  /// Windows side by side.
  @Test(arguments: [[2, 2, 2], [1, 2, 3], [3, 1, 1]], [1, 2]) func spreads(kernel: [Int], images: Int) throws {
    var sketch = GraphSketch(seed: images)
    let x = try sketch.input([images, 6, 3, 4, 5])
    let operation = TransposedConvolution(window: SpatialWindow(strides: kernel))
    let y = try sketch.node(operation, x, sketch.weights([6, 5] + kernel), sketch.weights([5]))
    let z = try sketch.node(Relu(), sketch.node(operation, y, sketch.weights([5, 7] + kernel)))
    try expectAgreement(sketch.finish(y, z))
  }

  /// Other transposed convolutions of volumes are right all the same.
  @Test func spreadsWithoutKernels() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 4, 3, 4, 5])
    let y = try sketch.node(
      TransposedConvolution(window: SpatialWindow(strides: [2, 2, 2])), x, sketch.weights([4, 5, 3, 3, 3]))
    try expectAgreement(sketch.finish(y), references: nil)
  }
}
