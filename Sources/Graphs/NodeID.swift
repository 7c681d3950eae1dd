/// Names a node within one graph.
public struct NodeID: Hashable, Sendable, Comparable {
  let index: Int
  init(_ index: Int) { self.index = index }
  /// By order of creation.
  public static func < (a: NodeID, b: NodeID) -> Bool { a.index < b.index }
}
