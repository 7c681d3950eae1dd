import CNNArchitectures
import CNNGraphs
import CNNTensors

/// Values of a graph that a run gives beside the graph's outputs.
struct KeptValues {
  /// Those that nodes make and that are no outputs: they become outputs behind the graph's own.
  let computed: [ValueID]
  private let kept: [ValueID]
  private let graph: Graph

  /// Finds values by name.
  /// - Throws: ``ConversionError`` if there is no value of a name.
  init(_ names: [String], in graph: Graph) throws(ConversionError) {
    self.graph = graph
    var found: [ValueID] = []
    // What is an output already, or was asked for before.
    var known = Set(names.isEmpty ? [] : graph.outputs)
    for name in names {
      guard let id = graph.value(named: name) else {
        let meant = name.closest(among: graph.values.map(\.name).filter { !$0.isEmpty })
        throw ConversionError(
          .usage, "there is no value \(name.quoted) that could be kept",
          remedy: meant.isEmpty ? nil : .chooseName(among: meant))
      }
      if known.insert(id).inserted { found.append(id) }
    }
    kept = found
    let made = found.isEmpty ? [] : Set(graph.nodes.flatMap { $0.outputs.compactMap(\.self) })
    computed = found.filter { made.contains($0) }
  }

  /// The outputs of a run.
  /// - Parameters:
  ///   - results: the graph's outputs, and the computed values behind them.
  ///   - inputs: what the run was given.
  func outputs(_ results: [RuntimeValue], _ inputs: [String: RuntimeValue]) throws -> Session.Outputs {
    var names = graph.outputs.map { graph[$0].name }
    var values = Array(results.prefix(names.count))
    var made = results.dropFirst(names.count)
    let computed = Set(computed)
    for id in kept {
      let value = graph[id]
      names.append(value.name)
      if computed.contains(id) {
        values.append(made.removeFirst())
      } else if let given = inputs[value.name] {
        values.append(given)
      } else {
        values.append(try (value.constant ?? value.sparseConstant?.dense()).map(RuntimeValue.tensor) ?? .none)
      }
    }
    return Session.Outputs(names: names, values: values)
  }
}
