import CNNGraphs

/// Takes away what nothing depends on.
package struct RemoveDeadCode: Pass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "remove-dead-code",
      law: "A node none of whose results is read, by a node, a body or as a result of the graph, does nothing.",
      guards: ["a result is read by a body"],
      source: "dead-code elimination: Aho, Lam, Sethi, Ullman, Compilers, section 8.5.3")
  }

  package func patches(in view: GraphView, refusals: inout RefusalLog) -> [Patch] {
    var needed = Set(view.graph.outputs)
    var dead: Set<Int> = []
    // Backwards every reader comes before what it reads.
    for (index, node) in view.graph.nodes.enumerated().reversed() {
      if node.outputs.contains(where: { $0.map(needed.contains) ?? false }) {
        needed.formUnion(node.inputs.compactMap(\.self))
        needed.formUnion(node.captures)
      } else {
        dead.insert(index)
      }
    }
    return dead.isEmpty ? [] : [Patch(removing: dead)]
  }
}
