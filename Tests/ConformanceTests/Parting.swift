import CNNConv
import CNNExecution
import CNNGraphs
import CNNTensors

/// The first value on which an engine and the reference evaluation part, and the step that made it.
struct Parting: CustomStringConvertible {
  let value: String
  let node: String
  let fault: String
  let step: String

  var description: String { "first at '\(value)', made by \(node): \(fault); step \(step)" }

  /// Looks for the first value of a model that an engine does not compute as the reference does.
  ///
  /// Each value is asked for by itself, in the order of the nodes, of as little of the graph as makes it. If all of them
  /// agree, each is asked for beside the outputs of the whole graph.
  /// - Returns: `nil` if every value agrees.
  static func find(in model: Model, _ inputs: [String: RuntimeValue], _ options: SessionOptions) throws -> Parting? {
    var expected: [String: RuntimeValue] = [:]
    _ = try Session(model, options: .reference).run(values: inputs) { expected[$0] = $1 }
    for isAlone in [true, false] {
      for node in model.graph.nodes {
        for id in node.outputs.compactMap(\.self) {
          let value = model.graph[id].name
          guard let own = expected[value] else { continue }
          let (fault, step) = try ask(model.graph.ending(in: id, isAlone: isAlone), value, own, inputs, options)
          guard let fault else { continue }
          return Parting(value: value, node: model.graph.describe(node), fault: fault, step: step)
        }
      }
    }
    return nil
  }

  /// What is wrong with the last output of a graph, and the step that made it.
  private static func ask(
    _ graph: Graph, _ value: String, _ expected: RuntimeValue, _ inputs: [String: RuntimeValue],
    _ options: SessionOptions
  ) throws -> (fault: String?, step: String) {
    let session = Session(try Model(graph: graph), options: options)
    do {
      let actual = try session.run(values: inputs).values.last ?? .none
      guard let fault = Agreement.fault(value, actual, expected) else { return (nil, "") }
      return (fault, try step(of: session, inputs))
    } catch {
      return ("\(error)", "unknown")
    }
  }

  /// The last step of a plan that computes something.
  private static func step(of session: Session, _ inputs: [String: RuntimeValue]) throws -> String {
    guard let engine = try session.engine(for: inputs.compactMapValues(\.tensor)) else { return "unknown" }
    let steps = try engine.profile(engine.inputNames.map { inputs[$0] ?? .none }).times
    return steps.last { $0.label.hasPrefix("node ") }.map { "\($0.kernel): \($0.label)" } ?? "unknown"
  }
}

extension Graph {
  /// The graph with a value for its only output and the nodes that lead to it, or the whole one with a further output.
  fileprivate func ending(in id: ValueID, isAlone: Bool) -> Graph {
    var graph = self
    guard isAlone else {
      if !outputs.contains(id) { graph.outputs.append(id) } else { graph.outputs = outputs.filter { $0 != id } + [id] }
      return graph
    }
    graph.outputs = [id]
    var needed: Set = [id]
    var kept: [Node] = []
    for node in nodes.reversed() where node.outputs.contains(where: { $0.map(needed.contains) ?? false }) {
      needed.formUnion(node.inputs.compactMap(\.self) + node.captures)
      kept.append(node)
    }
    graph.nodes = kept.reversed()
    return graph
  }
}
