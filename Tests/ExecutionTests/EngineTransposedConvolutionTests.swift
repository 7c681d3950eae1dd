import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Transposed convolutions, and convolutions and poolings of lines.
@Suite(.serialized) struct EngineTransposedConvolutionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var kernel: [Int]
    var strides: [Int]
    var pads: [Int]?
    var dilations: [Int]?
    var outputPadding: [Int]?
    var outputShape: [Int]?
    var testDescription: String {
      "\(kernel) by \(strides), \(pads ?? []), \(dilations ?? []), \(outputPadding ?? []), \(outputShape ?? [])"
    }
  }

  static let cases: [Case] = [
    Case(kernel: [2, 2], strides: [2, 2]), Case(kernel: [3, 3], strides: [2, 2]),
    Case(kernel: [4, 4], strides: [2, 2], pads: [1, 1, 1, 1]),
    Case(kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], outputPadding: [1, 1]),
    Case(kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1]),
    Case(kernel: [5, 2], strides: [3, 1], pads: [1, 0, 2, 1]),
    Case(kernel: [6, 6], strides: [2, 2], pads: [2, 2, 2, 2]),
    Case(kernel: [4, 5], strides: [2, 2], pads: [2, 1, 2, 3]),
    Case(kernel: [3, 3], strides: [2, 2], outputShape: [10, 13]),
    Case(kernel: [7, 7], strides: [4, 4], pads: [3, 3, 3, 3], outputPadding: [3, 3]),
  ]

  private func operation(_ form: Case, groups: Int = 1) -> TransposedConvolution {
    TransposedConvolution(
      window: SpatialWindow(strides: form.strides, dilations: form.dilations, pads: form.pads), groups: groups,
      outputPadding: form.outputPadding, outputShape: form.outputShape)
  }

  @Test(arguments: cases, [(3, 5), (16, 16), (20, 33)]) func spreads(form: Case, channels: (Int, Int)) throws {
    for extents in [[5, 6], [1, 1], [3, 9]] {
      if form.outputShape != nil, extents != [5, 6] { continue }
      // Of a single pixel wide padding leaves nothing.
      if extents == [1, 1], (form.pads ?? []).contains(where: { $0 > 1 }) { continue }
      var sketch = GraphSketch(seed: channels.0)
      let x = try sketch.input([2, channels.0] + extents)
      let y = try sketch.node(
        operation(form), x, sketch.weights([channels.0, channels.1] + form.kernel), sketch.weights([channels.1]))
      var shown = [y]
      // The shape is that of the first result.
      if form.outputShape == nil {
        shown.append(
          try sketch.node(
            LeakyRelu(), sketch.node(operation(form), y, sketch.weights([channels.1, 7] + form.kernel))))
      }
      try expectAgreement(sketch.finish(all: shown), "\(extents)")
    }
  }

  /// What the kernels do not compute is right all the same.
  @Test func spreadsWithoutKernels() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 8, 9, 9])
    let forms = [
      Case(kernel: [3, 3], strides: [2, 2], pads: [5, 5, 5, 5]), Case(kernel: [2, 2], strides: [3, 4]),
      Case(kernel: [1, 1], strides: [2, 2]), Case(kernel: [3, 3], strides: [2, 2], dilations: [2, 3]),
    ]
    var results = try forms.map { try sketch.node(operation($0), x, sketch.weights([8, 4] + $0.kernel)) }
    results.append(
      try sketch.node(operation(Case(kernel: [2, 2], strides: [2, 2]), groups: 2), x, sketch.weights([8, 4, 2, 2])))
    try expectAgreement(sketch.finish(all: results), references: nil)
  }

  /// An infinite pixel reaches as far as its window, and so does NaN; infinite weights stay with their pixels.
  @Test(arguments: [(3, 2), (4, 2), (5, 3), (3, 1)]) func spreadsInfinities(kernel: Int, stride: Int) throws {
    var values = (0..<2 * 5 * 6).map { Float($0 % 7) - 3 }
    (values[8], values[40], values[59]) = (.infinity, .nan, -.infinity)
    var sketch = GraphSketch()
    let x = try sketch.input(Tensor(values, shape: [1, 2, 5, 6]))
    let operation = TransposedConvolution(window: SpatialWindow(strides: [stride, stride]))
    let y = try sketch.node(operation, x, sketch.weights([2, 17, kernel, kernel]))
    try expectAgreement(sketch.finish(y))
    var other = GraphSketch()
    var weights = [Float](repeating: 1, count: 2 * 3 * kernel * kernel)
    weights[1] = .infinity
    let z = try other.node(
      operation, other.input([1, 2, 3, 3]), other.constant(Tensor(weights, shape: [2, 3, kernel, kernel])))
    try expectAgreement(other.finish(z), references: nil)
  }

  @Test(arguments: [1, 2, 3], [4, 16, 21]) func spreadsLines(stride: Int, channels: Int) throws {
    var sketch = GraphSketch(seed: stride)
    let x = try sketch.input([2, channels, 13])
    let operation = TransposedConvolution(window: SpatialWindow(strides: [stride], pads: [1, 1]))
    let y = try sketch.node(operation, x, sketch.weights([channels, 6, 4]), sketch.weights([6]))
    try expectAgreement(sketch.finish(sketch.node(Relu(), y)))
  }

  /// Lines are images one row high: convolutions of all kinds, residuals, poolings.
  @Test(arguments: [1, 3], [12, 16, 50]) func convolvesLines(images: Int, channels: Int) throws {
    var sketch = GraphSketch(seed: channels)
    let x = try sketch.input([images, 3, 40])
    func convolution(
      _ x: ValueID, _ from: Int, _ to: Int, _ kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1
    ) throws -> ValueID {
      let pad = (kernel - 1) * dilation / 2
      let window = SpatialWindow(strides: [stride], dilations: [dilation], pads: [pad, pad])
      return try sketch.node(
        Convolution(window: window, groups: groups), x, sketch.weights([to, from / groups, kernel]),
        sketch.weights([to]))
    }
    let a = try sketch.node(Relu(), convolution(x, 3, channels, 7, stride: 2))
    let b = try sketch.node(Relu(), sketch.node(Add(), convolution(a, channels, channels, 3), a))
    let c = try convolution(b, channels, channels, 5, groups: channels)
    let d = try convolution(c, channels, 9, 3, dilation: 4)
    let e = try sketch.node(MaxPooling(window: SpatialWindow(kernel: [3], strides: [2])), d)
    let f = try sketch.node(AveragePooling(window: SpatialWindow(kernel: [2], strides: [2])), e)
    let g = try sketch.node(Flatten(), sketch.node(GlobalAveragePooling(), sketch.node(Sigmoid(), b)))
    try expectAgreement(sketch.finish(d, e, f, g))
  }
}
