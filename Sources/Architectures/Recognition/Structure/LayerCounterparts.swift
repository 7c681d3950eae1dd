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
    let (one, other) = (try LayerGraph(of: graphs.0), try LayerGraph(of: graphs.1))
    let counterparts = try LayerAlignment(of: one, with: other, title: "the first model").counterparts()
    return counterparts.enumerated().compactMap { layer, counterpart in
      guard let result = one.results[layer], let match = other.results[counterpart] else { return nil }
      let names = (first: graphs.0[result].name, second: graphs.1[match].name)
      return names.first.isEmpty || names.second.isEmpty ? nil : names
    }
  }
}
