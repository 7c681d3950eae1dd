import CNNGraphs
import CNNOperators
import CNNTensors

/// Constants that a graph has not stored: nodes compute them.
extension GraphWiring {
  /// A second of work.
  private static let mostWork = 1 << 36

  /// The nodes that a constant is computed by, as a graph without inputs.
  func computation(of id: ValueID) -> Graph {
    var (needed, result) = (Set([id]), graph)
    var nodes: [Node] = []
    for node in graph.nodes.reversed() where node.outputs.contains(where: { $0.map(needed.contains) ?? false }) {
      needed.formUnion(node.inputs.compactMap(\.self))
      needed.formUnion(node.captures)
      nodes.append(node)
    }
    (result.inputs, result.nodes, result.outputs) = ([], nodes.reversed(), [id])
    return result
  }

  /// The elements of a constant; `nil` if they are not the same each time.
  /// - Throws: ``ConversionError`` if it takes too much work to compute them.
  func tensor(of id: ValueID) throws -> Tensor? {
    if let tensor = try graph[id].constant ?? graph[id].sparseConstant?.dense() { return tensor }
    let computation = computation(of: source(of: id))
    guard !isComputed(id), maker(of: id) != nil, computation.nodes.allSatisfy(\.operator.isDeterministic) else {
      return nil
    }
    let budget = WorkBudget(limit: Self.mostWork, within: WorkBudget.current)
    return try WorkBudget.$current.withValue(budget) {
      try ReferenceEvaluator(computation).run([]).first?.tensor
    }
  }
}
