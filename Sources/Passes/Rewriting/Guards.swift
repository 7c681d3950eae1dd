import CNNGraphs

extension GraphView {
  /// Guard: the model's version of the operators has an operator.
  package func require(_ signature: OperatorSignature) throws(Refusal) {
    guard let first = signature.versions.first, operatorSet < first else { return }
    throw .operatorSet(needed: first, given: operatorSet, for: signature.name)
  }

  /// Guard: a value is no output of the graph, and no node reads it but some.
  func requireUnused(_ id: ValueID, but mayRead: (_ node: Int) -> Bool) throws(Refusal) {
    if isOutput(id) { throw .inUse(.output(graph[id].name)) }
    if let reader = users(id).first(where: { !mayRead($0) }) {
      throw .inUse(.reader(graph[id].name, node: graph.describe(graph.nodes[reader])))
    }
  }
}
