import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// Symbols travel through computations of shapes.
@Suite struct ShapeComputationTests {
  @Test func symbolsSurviveAReshape() throws {
    var sketch = GraphSketch()
    let x = try sketch.freeInput([.symbol("N"), 8, 2, 2])
    let batch = try sketch.node(Gather(axis: 0), sketch.node(Shape(), x), sketch.integers([0]))
    let shape = try sketch.node(Concatenation(axis: 0), batch, sketch.integers([-1]))
    let y = try sketch.node(Reshape(), x, shape)
    try sketch.end([y])
    #expect(sketch.graph[y].type == .tensor(.float32, [.symbol("N"), 32]))
  }
}
