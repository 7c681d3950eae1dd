import CNNGraphs
import CNNTensors

/// A network without its weights: a graph whose constants have names and shapes, but no elements yet.
///
/// Counting, recognizing and comparing with a state dict need no more than this.
package struct Blueprint: Sendable {
  /// The graph, its weights being values that nothing makes.
  package let graph: Graph
  /// The weights in the order of the drawing.
  package let weights: [WeightDescription]

  /// The number of learned parameters; running statistics are not counted.
  package var parameters: Int {
    weights.lazy.filter { $0.role.isLearned }.reduce(0) { $0 + $1.shape.reduce(1, *) }
  }

  /// Multiplications followed by an addition of one run; `nil` where the batch has no number.
  package var multiplyAccumulates: Int? {
    var total = 0
    for node in graph.nodes {
      let inputs = node.inputs.map { $0.map { graph[$0].type } }
      let outputs = node.outputs.map { $0.map { graph[$0].type } }
      guard let count = node.operator.multiplyAccumulates(inputs: inputs, outputs: outputs) else { return nil }
      total += count
    }
    return total
  }

  /// The network with weights.
  /// - Throws: what the source throws, and ``ConversionError`` where it gives a weight of another shape.
  package func graph(with source: some WeightSource) throws -> Graph {
    try source.check(weights)
    var graph = graph
    for weight in weights {
      let tensor = try source.tensor(for: weight)
      guard tensor.shape == weight.shape else {
        throw ConversionError(
          .badInput, "shape \(weight.shape) expected, \(tensor.shape) found", at: .init(tensor: weight.key))
      }
      graph[weight.value].constant = tensor
      graph[weight.value].type = .tensor(TensorType(of: tensor))
    }
    return graph
  }
}
