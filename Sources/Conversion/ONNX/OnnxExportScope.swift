import CNNGraphs

/// What is known where a graph that is being written stands.
struct OnnxExportScope {
  /// The values of outer graphs that it reads, by name.
  var captured: [String: InferredValue] = [:]
  /// Its inputs, in order.
  var arguments: [InferredValue] = []
  /// The arguments that nodes give to graphs inside, by the graphs' interface.
  var bodies: [OnnxBodyKey: [InferredValue]] = [:]
}

/// What tells the graphs inside one node apart.
struct OnnxBodyKey: Hashable {
  private let names: [String]

  init(_ graph: Graph) { names = (graph.inputs + graph.outputs).map { graph[$0].name } }
}

/// All names of a model's values, so that new ones are new everywhere.
final class OnnxValueNames {
  private var names: Set<String> = []

  init(_ graph: Graph) { add(graph) }

  private func add(_ graph: Graph) {
    for value in graph.values { names.insert(value.name) }
    for node in graph.nodes { for body in node.operator.bodies { add(body) } }
  }

  /// A name that no value has had so far.
  func fresh(_ hint: String) -> String {
    let name = hint.unique { names.contains($0) }
    names.insert(name)
    return name
  }

  func contains(_ name: String) -> Bool { names.contains(name) }
}
