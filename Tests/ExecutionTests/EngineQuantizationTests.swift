import CNNExecution
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Numbers that are quantized and restored at once.
@Suite struct EngineQuantizationTests {
  private func quantized(
    _ sketch: inout GraphSketch, _ x: ValueID, scale: Float, zero: Tensor?, restoredBy other: Float? = nil
  ) throws -> ValueID {
    let point = try zero.map { sketch.constant($0) }
    let whole = try sketch.node(QuantizeLinear(), x, sketch.number(scale), point)
    return try sketch.node(DequantizeLinear(), whole, sketch.number(other ?? scale), point)
  }

  static let zeros: [Tensor?] = [
    nil, try? Tensor(scalar: UInt8(0)), try? Tensor(scalar: UInt8(128)), try? Tensor(scalar: Int8(-3)),
    try? Tensor(scalar: Int16(7)), try? Tensor(scalar: UInt16(60000)),
  ]

  /// Behind convolutions, alone and with activations, residuals and products, and of an input.
  @Test(arguments: zeros.indices) func restores(index: Int) throws {
    let zero = Self.zeros[index]
    for scale in [0.0371, 0.5] as [Float] {
      var sketch = GraphSketch()
      let x = try sketch.input([2, 5, 6, 7], scale: 9)
      let input = try quantized(&sketch, x, scale: scale, zero: zero)
      // Whole numbers of a quarter have exact sums, so that every way rounds the same ones.
      let weights = try sketch.constant(
        Tensor((0..<20 * 5).map { Float($0 % 9 - 4) / 4 }, shape: [20, 5, 1, 1]))
      let rounded = try sketch.node(Floor(), x, name: "rounded")
      func convolution() throws -> ValueID { try sketch.node(Convolution(), rounded, weights) }
      let plain = try quantized(&sketch, convolution(), scale: scale, zero: zero)
      let positive = try quantized(&sketch, sketch.node(Relu(), convolution()), scale: scale, zero: zero)
      let low = try sketch.number(-1.3)
      let clipped = try quantized(
        &sketch, sketch.node(Clip(), convolution(), low, sketch.number(5.1)), scale: scale, zero: zero)
      let sum = try quantized(&sketch, sketch.node(Add(), convolution(), plain), scale: scale, zero: zero)
      let mean = try quantized(
        &sketch, sketch.node(MaxPooling(window: SpatialWindow(kernel: [2, 2])), sum), scale: scale, zero: zero)
      try expectAgreement(
        sketch.finish(all: [input, plain, positive, clipped, mean]), references: nil, tolerance: 0, isWide: false)
    }
  }

  /// No number becomes the integer 0; infinities become the ends of the range.
  @Test func restoresOddNumbers() throws {
    let values: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 1e30, -1e30, 0.5, 1.5, 2.5, -0.5, -1.5]
    for zero in Self.zeros {
      var sketch = GraphSketch()
      let x = try sketch.input(Tensor(values, shape: [1, 3, 2, 2]))
      try expectAgreement(sketch.finish(quantized(&sketch, x, scale: 1, zero: zero)), tolerance: 0, isWide: false)
    }
  }

  /// Behind a convolution that has no kernel, as its weights are computed, both nodes are one step still.
  @Test func restoresBehindReferences() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 3, 5, 5])
    let weights = try sketch.node(Relu(), sketch.input([4, 3, 1, 1], "weights"))
    let sum = try sketch.node(Relu(), sketch.node(Convolution(), x, weights))
    let y = try quantized(&sketch, sum, scale: 0.125, zero: Tensor(scalar: UInt8(3)))
    // Sums that lie near the middle of two integers may go either way.
    try expectAgreement(sketch.finish(y), references: nil, tolerance: 0.1, isWide: false)
  }

  /// Scales that differ, and integers that somebody else reads, are right all the same.
  @Test func leavesWhatIsNotRestored() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 3, 4, 4], scale: 20)
    let other = try quantized(&sketch, x, scale: 0.5, zero: nil, restoredBy: 0.25)
    let whole = try sketch.node(QuantizeLinear(), x, sketch.number(0.5), nil)
    let back = try sketch.node(DequantizeLinear(), whole, sketch.number(0.5), nil)
    try expectAgreement(sketch.finish(other, whole, back), references: nil, tolerance: 0, isWide: false)
  }
}
