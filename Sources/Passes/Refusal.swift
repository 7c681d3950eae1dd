import CNNGraphs

/// Why something that looked like a rewrite is none.
package enum Refusal: Error, Hashable {
  /// The result would differ at the border of the input.
  case border(String)
  /// Windows or channels do not fit together.
  case windows(String)
  /// It would cost more than what it replaces.
  case cost(String)
  /// Something else needs what would be replaced.
  case shared(String)
  /// The numbers do not allow it.
  case values(String)
  /// The file's version of the operators cannot express it.
  case version(String)
}

extension Refusal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .border(let words), .windows(let words), .cost(let words), .shared(let words), .values(let words),
      .version(let words):
      words
    }
  }
}

/// Refusals by node, each said once.
package struct RefusalLog: Sendable {
  /// A rule that did not apply at a node.
  package struct Entry: Hashable, Sendable {
    /// The rule's name.
    package var pass = ""
    /// The node's name.
    package let node: String
    /// Why.
    package let reason: String
  }

  package private(set) var entries: [Entry] = []
  private var known: Set<Entry> = []

  package init() {}

  package mutating func add(_ refusal: Refusal, at place: Int, in view: GraphView) {
    let node = view.graph.nodes[place]
    let name =
      node.name.isEmpty ? node.outputs.lazy.compactMap { $0.map { view.graph[$0].name } }.first ?? "" : node.name
    let entry = Entry(node: name, reason: refusal.description)
    if known.insert(entry).inserted { entries.append(entry) }
  }
}
