import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Rectifiers with a slope, against the reference evaluation.
@Suite(.serialized) struct EngineParametricReluTests {
  @Test(arguments: [[1, 17, 1, 1], [3, 16, 7, 5], [2, 33, 9, 19]]) func hasASlopeForEachChannel(shape: [Int]) throws {
    var sketch = GraphSketch(seed: shape[1])
    let x = try sketch.input(shape)
    let slopes = try sketch.weights([shape[1], 1, 1])
    try expectAgreement(sketch.finish(sketch.nodes(PRelu(), [x, slopes], outputs: 1)[0]))
  }

  @Test func hasOneSlope() throws {
    var sketch = GraphSketch()
    let x = try sketch.convolution(sketch.input([2, 5, 6, 7]), 5, 20, kernel: [3, 3], bias: true)
    let y = try sketch.nodes(PRelu(), [x, sketch.weights([1])], outputs: 1)[0]
    try expectAgreement(sketch.finish(sketch.convolution(y, 20, 9, kernel: [1, 1])))
  }

  /// A slope along another axis than the channels' has no kernel, and is right.
  @Test func hasASlopeForEachColumn() throws {
    var sketch = GraphSketch()
    let x = try sketch.input([1, 4, 3, 6])
    let y = try sketch.nodes(PRelu(), [x, sketch.weights([6])], outputs: 1)[0]
    try expectAgreement(sketch.finish(y), references: nil)
  }
}
