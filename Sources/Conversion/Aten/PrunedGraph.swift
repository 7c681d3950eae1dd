import CNNGraphs

extension Graph {
  /// The graph without nodes and values that no output needs. Inputs stay.
  func pruned() -> Graph {
    var needed = [Bool](repeating: false, count: values.count)
    for id in outputs + inputs + captures { needed[id.index] = true }
    var kept: [Node] = []
    for node in nodes.reversed() where node.outputs.contains(where: { $0.map { needed[$0.index] } ?? false }) {
      kept.append(node)
      for id in node.inputs.compactMap(\.self) + node.captures { needed[id.index] = true }
      // Results that stand before a needed one are made, too.
      for id in node.outputs.compactMap(\.self) { needed[id.index] = true }
    }
    var result = Graph(name: name)
    var places = [ValueID?](repeating: nil, count: values.count)
    for id in valueIDs where needed[id.index] {
      // Names are unique here, so they are there.
      places[id.index] = try? result.addValue(self[id])
    }
    result.nodes = kept.reversed().map { node in
      var node = node
      node.inputs = node.inputs.map { $0.flatMap { places[$0.index] } }
      node.outputs = node.outputs.map { $0.flatMap { places[$0.index] } }
      node.captures = node.captures.compactMap { places[$0.index] }
      return node
    }
    result.inputs = inputs.compactMap { places[$0.index] }
    result.outputs = outputs.compactMap { places[$0.index] }
    result.captures = captures.compactMap { places[$0.index] }
    result.annotations = annotations
    return result
  }
}
