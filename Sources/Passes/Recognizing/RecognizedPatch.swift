import CNNGraphs

extension Patch {
  /// An operator of one input in the place of all that computes the same, with its result.
  package init(
    recognizing operation: any Operator, of input: ValueID, at place: Int, from places: Set<Int>, in view: GraphView
  ) {
    let node = view.graph.nodes[place]
    self.init(
      removing: places.union([place]),
      adding: NewNode(node.name, operation, inputs: [.value(input)], outputs: [node.outputs[0].map { .value($0) }]))
  }
}
