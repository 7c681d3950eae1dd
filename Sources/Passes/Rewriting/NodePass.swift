import CNNGraphs

/// A rule that looks at one node and what is around it.
package protocol NodePass: Pass {
  /// The rewrite of what ends in a node; `nil` where the rule has nothing to say of it.
  /// - Throws: ``Refusal`` where the rule would apply but for something a user may want to know.
  func patch(at place: Int, in view: GraphView) throws -> Patch?
}

extension NodePass {
  package func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch] {
    var patches: [Patch] = []
    for place in view.graph.nodes.indices {
      do {
        if let patch = try patch(at: place, in: view) { patches.append(patch) }
      } catch let refusal as Refusal {
        refusals.add(refusal, at: place, in: view)
      }
    }
    return patches
  }
}
