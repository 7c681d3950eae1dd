import CNNGraphs
import CNNTensors
import TestSupport

/// A graph and a value for each of its inputs.
struct Sample {
  var graph: Graph
  var inputs: [Tensor]
}

extension GraphSketch {
  /// Makes values the results, by the names `y`, `y1`, ….
  mutating func finish(_ outputs: ValueID...) throws -> Sample { try finish(all: outputs) }

  /// Makes values the results, by the names `y`, `y1`, ….
  mutating func finish(all outputs: [ValueID]) throws -> Sample {
    try end(outputs)
    return Sample(graph: graph, inputs: inputs)
  }
}
