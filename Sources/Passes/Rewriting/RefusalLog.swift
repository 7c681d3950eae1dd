import CNNGraphs

/// Refusals by node, each said once.
package struct RefusalLog: Sendable {
  /// A rule that did not apply at a node.
  package struct Entry: Hashable, Sendable {
    /// The rule's name.
    package var pass = ""
    /// The node's name.
    package let node: String
    /// Why.
    package let reason: Refusal
  }

  package private(set) var entries: [Entry] = []
  private var known: Set<Entry> = []

  package init() {}

  package mutating func add(_ refusal: Refusal, at index: Int, in view: GraphView) {
    let node = view.graph.nodes[index]
    let name =
      node.name.isEmpty ? node.outputs.lazy.compactMap { $0.map { view.graph[$0].name } }.first ?? "" : node.name
    let entry = Entry(node: name, reason: refusal)
    if known.insert(entry).inserted { entries.append(entry) }
  }
}
