import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport

/// A graph on which a path and the reference evaluation part.
package struct Disagreement: CustomStringConvertible {
  /// What parts from the reference.
  package let path: AgreementPath
  /// What is wrong.
  package var words: String
  /// The graph, with as few nodes as show it.
  package var graph: Graph
  /// Its inputs.
  package var inputs: [Tensor]
  var exact: Set<ValueID>

  /// Everything that is needed to see it again.
  package var description: String {
    let types = zip(graph.inputs, inputs).map { id, tensor in
      "  \(graph[id].name): \(tensor.elementType)\(tensor.shape) \(Self.elements(of: tensor))\n"
    }
    let constants = graph.nodes.flatMap { $0.inputs.compactMap(\.self) }.compactMap { id in
      graph[id].constant.map { "  \(graph[id].name): \($0.elementType)\($0.shape) \(Self.elements(of: $0))\n" }
    }
    return "\(path): \(words)\n\(graph.text)\n\(types.joined())\(constants.joined())"
  }

  private static func elements(of tensor: Tensor) -> String {
    if let strings = tensor.strings { return "\(strings.prefix(12))" }
    return (try? tensor.values(as: Double.self)).map { "\($0.prefix(12))\($0.count > 12 ? "…" : "")" } ?? ""
  }

  /// The first thing that is wrong with what a path makes of a graph; `nil` if nothing is.
  /// - Returns: whether the path could say the graph at all, too.
  static func find(
    _ path: AgreementPath, _ graph: Graph, _ inputs: [Tensor], exact: Set<ValueID>, judge: inout AgreementJudge,
    in folder: TemporaryFolder
  ) -> (found: Disagreement?, isExpressible: Bool) {
    func disagreement(_ words: String) -> Disagreement {
      Disagreement(path: path, words: words, graph: graph, inputs: inputs, exact: exact)
    }
    do {
      switch try path.run(graph, inputs, in: folder) {
      case .inexpressible: return (nil, false)
      case .results(let results):
        return (
          try judge.fault(results).map { disagreement("output '\(graph[graph.outputs[$0.output]].name)' \($0.words)") },
          true
        )
      }
    } catch {
      return (disagreement("fails: \(error)"), true)
    }
  }

  // MARK: Fewer nodes

  /// The disagreement with as few nodes as show it: results become inputs as long as it stays.
  package func minimised(in folder: TemporaryFolder) -> Disagreement {
    var best = self
    for output in graph.outputs where graph.outputs.count > 1 {
      var candidate = best
      candidate.graph.outputs = [output]
      if let kept = candidate.again(in: folder) {
        best = kept
        break
      }
    }
    var index = 0
    while index < best.graph.nodes.count {
      if let shorter = best.without(node: index)?.again(in: folder) {
        best = shorter
        index = 0
      } else {
        index += 1
      }
    }
    return best
  }

  /// The same question to a smaller graph; `nil` if it is no longer one.
  private func again(in folder: TemporaryFolder) -> Disagreement? {
    var pruned = self
    pruned.prune()
    guard (try? pruned.graph.verify()) != nil, !pruned.graph.outputs.isEmpty,
      var judge = try? AgreementJudge(pruned.graph, pruned.inputs, exact: exact)
    else { return nil }
    return Disagreement.find(path, pruned.graph, pruned.inputs, exact: exact, judge: &judge, in: folder).found
  }

  /// The graph with a node's results as inputs.
  private func without(node index: Int) -> Disagreement? {
    var values: [ValueID: RuntimeValue] = [:]
    let arguments = inputs.map { RuntimeValue.tensor($0) }
    guard (try? ReferenceEvaluator(graph).run(arguments, observe: { values[$0] = $1 })) != nil else { return nil }
    var shorter = self
    let node = shorter.graph.nodes.remove(at: index)
    for id in node.outputs.compactMap(\.self) where !graph.outputs.contains(id) {
      guard let tensor = values[id]?.tensor else { return nil }
      shorter.graph[id].declaredType = .tensor(tensor.elementType, tensor.shape.map(Dimension.fixed))
      shorter.graph.inputs.append(id)
      shorter.inputs.append(tensor)
      shorter.exact.insert(id)
    }
    shorter.graph.outputs.removeAll { node.outputs.contains($0) }
    return shorter
  }

  /// Drops nodes and inputs that lead to no output.
  private mutating func prune() {
    var needed = Set(graph.outputs)
    var kept: [Node] = []
    for node in graph.nodes.reversed() where node.outputs.contains(where: { $0.map(needed.contains) ?? false }) {
      needed.formUnion(node.inputs.compactMap(\.self) + node.captures)
      kept.append(node)
    }
    graph.nodes = kept.reversed()
    let pairs = zip(graph.inputs, inputs).filter { needed.contains($0.0) }
    (graph.inputs, inputs) = (pairs.map(\.0), pairs.map(\.1))
  }
}
