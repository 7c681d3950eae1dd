import CNNGraphs
import CNNOperators
import CNNTensors
import GraphGeneration
import TestSupport

/// Random graphs through paths, and what came of it.
package struct AgreementRun {
  /// Graphs that were drawn.
  package private(set) var graphs = 0
  /// Nodes of all graphs by operator.
  package private(set) var nodes: [String: Int] = [:]
  /// Runs of each path.
  package private(set) var runs: [AgreementPath: Int] = [:]
  /// Graphs that a path could not say, as is documented.
  package private(set) var inexpressible: [AgreementPath: Int] = [:]
  /// Recipes that were drawn and not taken, by operator.
  package private(set) var refusals: [String: Int] = [:]
  /// What did not agree.
  package private(set) var disagreements: [(seed: Int, found: Disagreement)] = []
  private let folder: TemporaryFolder

  /// Nothing has been drawn.
  package init() throws { folder = try TemporaryFolder() }

  /// Draws the graph of a seed and takes it along paths.
  package mutating func check(seed: Int, _ paths: [AgreementPath], minimises: Bool = true) throws {
    let random = try RandomGraph(seed: seed)
    graphs += 1
    for node in random.graph.nodes { nodes[node.operator.signature.name, default: 0] += 1 }
    for refusal in random.refusals { refusals[refusal.name, default: 0] += 1 }
    var graph = random.graph
    var inference = TypeInference()
    try inference.infer(&graph)
    var judge = try AgreementJudge(graph, random.inputs, exact: random.exact)
    for path in paths {
      let (found, isExpressible) = Disagreement.find(
        path, graph, random.inputs, exact: random.exact, judge: &judge, in: folder)
      runs[path, default: 0] += 1
      if !isExpressible { inexpressible[path, default: 0] += 1 }
      guard let found else { continue }
      disagreements.append((seed, minimises ? found.minimised(in: folder) : found))
    }
  }
}
