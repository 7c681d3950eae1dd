import CNNGraphs

extension Graph {
  /// The graph without the values that nothing reads or makes any more, names and order being kept.
  package func compacted() -> Graph {
    var used = Set(inputs + outputs + captures)
    for node in nodes {
      used.formUnion((node.inputs + node.outputs).compactMap(\.self))
      used.formUnion(node.captures)
    }
    var result = Graph(name: name)
    result.annotations = annotations
    var renamed: [ValueID: ValueID] = [:]
    for id in valueIDs where used.contains(id) { renamed[id] = try? result.addValue(self[id]) }
    func moved(_ id: ValueID) -> ValueID { renamed[id] ?? id }
    result.inputs = inputs.map(moved)
    result.outputs = outputs.map(moved)
    result.captures = captures.map(moved)
    result.nodes = nodes.map { node in
      var node = node
      node.inputs = node.inputs.map { $0.map(moved) }
      node.outputs = node.outputs.map { $0.map(moved) }
      node.captures = node.captures.map(moved)
      return node
    }
    return result
  }
}
