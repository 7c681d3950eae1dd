import CNNGraphs
import CNNTensors

/// A rule that looks at one node and what is around it.
package protocol NodePass: Pass {
  /// The rewrite of what ends in a node; `nil` if the rule has nothing to say of it.
  /// - Throws: ``Refusal`` if the rule would apply but for something a user may want to know.
  func patch(at index: Int, in view: GraphView) throws -> Patch?
}

extension NodePass {
  package func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch] {
    var patches: [Patch] = []
    let budget = WorkBudget.current
    for index in view.graph.nodes.indices {
      try budget.check()
      do {
        if let patch = try patch(at: index, in: view) { patches.append(patch) }
      } catch let refusal as Refusal {
        refusals.add(refusal, at: index, in: view)
      }
    }
    return patches
  }
}
