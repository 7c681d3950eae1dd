import CNNGraphs
import CNNTensors
import TestSupport
import Testing

/// What is made of one input, and which nodes it should become.
struct Sample: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let shape: [Dimension]
  let build: @Sendable (inout GraphSketch, ValueID) throws -> ValueID
  let expected: [String]

  init(
    _ name: String, _ shape: [Dimension] = [.symbol("N"), 4, 3, 3], becomes expected: [String],
    _ build: @escaping @Sendable (inout GraphSketch, ValueID) throws -> ValueID
  ) {
    (testDescription, self.shape, self.expected, self.build) = (name, shape, expected, build)
  }

  /// The graph that ends in what is made.
  func graph() throws -> Graph {
    var sketch = GraphSketch()
    let x = try sketch.input(shape)
    return try sketch.finish(build(&sketch, x))
  }
}

extension GraphSketch {
  /// An input whose value is not drawn here.
  mutating func input(_ shape: [Dimension], _ name: String = "x", _ type: ElementType = .float32) throws -> ValueID {
    try freeInput(shape, name, type)
  }

  /// Makes values the results, by the names `y`, `y1`, ….
  mutating func finish(_ outputs: ValueID...) throws -> Graph {
    try end(outputs)
    return graph
  }
}
