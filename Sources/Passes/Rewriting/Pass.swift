import CNNGraphs

/// One rule of the pipeline. It looks at a graph and proposes; the driver checks and changes.
package protocol Pass: Sendable {
  /// Name, law, guards and source.
  var description: PassDescription { get }

  /// What the rule does to a model beside computing the same; nothing of note unless it says so.
  var traits: PassTraits { get }

  /// Rewrites of a graph as it stands, none of which needs another one. The driver takes those that do not touch one
  /// another, and asks again until there are none.
  func patches(in view: GraphView, refusals: inout RefusalLog) throws -> [Patch]
}

extension Pass {
  /// None.
  package var traits: PassTraits { [] }
}
