import CNNGraphs

/// What is written of a rule in the documentation, and what it is called on the command line.
package struct PassDescription: Sendable {
  /// The name that `--passes` and `--skip` take, such as `collapse-affine-regions`.
  package let name: String
  /// The rule: what it replaces by what, and why that is the same.
  package let law: String
  /// When it refuses.
  package let guards: [String]
  /// Where the rule comes from.
  package let source: String

  package init(_ name: String, law: String, guards: [String], source: String) {
    (self.name, self.law, self.guards, self.source) = (name, law, guards, source)
  }
}

/// One rule of the pipeline. It looks at a graph and proposes; the driver checks and changes.
package protocol Pass: Sendable {
  /// Name, law, guards and source.
  var description: PassDescription { get }

  /// Rewrites of a graph as it stands, none of which needs another one. The driver takes those that do not touch one
  /// another, and asks again until there are none.
  func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch]
}

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
