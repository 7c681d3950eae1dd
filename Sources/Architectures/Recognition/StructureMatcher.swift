import CNNGraphs
import CNNTensors

/// Finds which weight of a known network each constant of a graph is, whatever its name.
///
/// It compares only the layers with weights, which may be any operators with constants, and which layers their results lead to. Every exporter writes the rest
/// differently. A normalization may have been folded into the convolution before it.
package enum StructureMatcher {
  /// Matches a graph.
  /// - Returns: `nil` if the graph is no known network.
  /// - Throws: ``ConversionError`` of code `unsupported` if it nearly is one; the message says what does not fit.
  package static func match(_ graph: Graph) throws -> MatchedWeights? {
    let graph = graph.exposingConstants()
    let candidates = Candidates(for: graph).networks
    guard !candidates.isEmpty else { return nil }
    var failure: (any Error)?
    for candidate in candidates {
      do {
        return try match(graph, with: candidate)
      } catch {
        failure = failure ?? error
      }
    }
    throw failure.map { ConversionError($0) } ?? ConversionError(.unsupported, "the graph is no known network")
  }

  private static func match(_ graph: Graph, with candidate: Candidates.Network) throws -> MatchedWeights {
    let drawn = try LayerGraph(of: candidate.blueprint.graph, operations: .ofWeights)
    let found = try LayerGraph(of: graph, operations: .all(except: drawn.numbers))
    let title = candidate.architecture.title
    let counterparts = try LayerAlignment(of: drawn, with: found, title: title).counterparts()
    var transfer = WeightTransfer(to: drawn, from: found, title: title)
    for (layer, counterpart) in counterparts.enumerated() { try transfer.transfer(counterpart, to: layer) }
    let tensors = try candidate.blueprint.weights.map { weight in
      guard let tensor = transfer.tensors[weight.value], tensor.shape == weight.shape else {
        throw ConversionError(
          .unsupported, "\(title) has a weight that is not in the graph", at: .init(tensor: weight.key))
      }
      return (key: weight.key, tensor: tensor)
    }
    return MatchedWeights(architecture: candidate.architecture, tensors: tensors, remarks: transfer.remarks)
  }
}
