import CNNGraphs

extension Patch {
  /// An operator of one input in the place of all that computes the same, with its result.
  package init(
    recognizing operation: any Operator, of input: ValueID, at index: Int, from nodes: Set<Int>, in view: GraphView
  ) {
    let node = view.graph.nodes[index]
    self.init(
      removing: nodes.union([index]),
      adding: NewNode(node.name, operation, inputs: [.value(input)], outputs: [node.outputs[0].map { .value($0) }]))
  }
}
