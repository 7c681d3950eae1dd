import CNNGraphs
import CNNTensors

/// Finds which value of one graph is which one of another that computes the same layers, whatever values are called.
///
/// Compared are the results of layers with weights. A normalization belongs to the layer before it, so that one graph may
/// have folded it and the other not.
package enum LayerCounterparts {
  /// The names of corresponding values, in the order of the first graph.
  /// - Throws: ``ConversionError`` of code `unsupported` that says what does not fit.
  package static func names(of first: Graph, in second: Graph) throws -> [(first: String, second: String)] {
    let graphs = (first.exposingConstants(), second.exposingConstants())
    func aligned(_ operations: LayerGraph.Operations) throws -> (one: LayerGraph, other: LayerGraph, result: [Int]) {
      let one = try LayerGraph(of: graphs.0, operations: operations)
      let other = try LayerGraph(of: graphs.1, operations: operations)
      return (one, other, try LayerAlignment(of: one, with: other, title: "the first model").counterparts())
    }
    // Factors that were folded into layers are in one graph alone.
    let (one, other, counterparts) = try (try? aligned(.all(except: DrawnNumbers()))) ?? aligned(.none)
    return counterparts.enumerated().compactMap { layer, counterpart in
      guard let result = one.results[layer], let match = other.results[counterpart] else { return nil }
      let names = (first: graphs.0[result].name, second: graphs.1[match].name)
      return names.first.isEmpty || names.second.isEmpty ? nil : names
    }
  }
}
