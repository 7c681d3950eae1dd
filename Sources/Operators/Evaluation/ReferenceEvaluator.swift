import CNNGraphs
import CNNTensors

/// Runs a graph node by node with the operators' own kernels. A value is let go after its last reader.
public struct ReferenceEvaluator: Sendable {
  /// The graph that is run.
  public let graph: Graph
  /// For each node, the values nobody reads after it.
  private let dead: [[ValueID]]
  private let bodies = BodyEvaluators()

  /// Prepares a graph, which must have been verified.
  public init(_ graph: Graph) {
    self.graph = graph
    let index = GraphIndex(graph)
    var dead = [[ValueID]](repeating: [], count: graph.nodes.count)
    for id in graph.valueIDs where !index.isOutput(id) {
      if let last = index.readers(of: id).last ?? index.producer(of: id) { dead[last].append(id) }
    }
    self.dead = dead
  }

  /// The evaluator of a graph with more outputs behind its own.
  package func keeping(_ values: [ValueID]) -> ReferenceEvaluator {
    guard !values.isEmpty else { return self }
    var graph = graph
    graph.outputs += values
    return ReferenceEvaluator(graph)
  }

  /// Runs the graph.
  /// - Parameters:
  ///   - inputs: a value for each of ``Graph/inputs``; `nil` takes the input's default.
  ///   - observe: called with each value that a node makes.
  /// - Returns: the outputs in order.
  /// - Throws: ``ConversionError`` naming the node that failed.
  public func run(
    _ inputs: [RuntimeValue?], observe: ((ValueID, RuntimeValue) -> Void)? = nil
  ) throws -> [RuntimeValue] {
    try run(inputs, captured: [:], depth: 0, observe: observe)
  }

  /// Runs the graph, a node being a step.
  /// - Parameter monitor: told how far the run has come.
  /// - Throws: `CancellationError` if the monitor stops the run, and ``ConversionError`` naming the node that failed.
  package func run(
    _ inputs: [RuntimeValue?], monitor: RunMonitor?, observe: ((ValueID, RuntimeValue) -> Void)? = nil
  ) throws -> [RuntimeValue] {
    try run(inputs, captured: [:], depth: 0, monitor: monitor, observe: observe)
  }

  /// Runs a node's body in the scope of the node.
  package func run(_ inputs: [RuntimeValue?], captured: [String: RuntimeValue]) throws -> [RuntimeValue] {
    try run(inputs, captured: captured, depth: 1, observe: nil)
  }

  private func run(
    _ inputs: [RuntimeValue?], captured: [String: RuntimeValue], depth: Int, monitor: RunMonitor? = nil,
    observe: ((ValueID, RuntimeValue) -> Void)?
  ) throws -> [RuntimeValue] {
    var live: [ValueID: RuntimeValue] = [:]
    for (id, value) in zip(graph.inputs, inputs) { live[id] = value }
    for id in graph.captures { live[id] = captured[graph[id].name] }
    func value(_ id: ValueID) throws -> RuntimeValue {
      if let value = live[id] { return value }
      if let constant = graph[id].constant { return .tensor(constant) }
      if let sparse = graph[id].sparseConstant { return .tensor(try sparse.dense()) }
      let location = ConversionError.Location(tensor: graph[id].name)
      if graph.inputs.contains(id) { throw ConversionError(.usage, "no value was given for the input", at: location) }
      throw ConversionError(.internalFault, "nothing before it makes the value", at: location)
    }
    for (index, node) in graph.nodes.enumerated() {
      try monitor?.pass(index, of: graph.nodes.count)
      do {
        let arguments = try node.inputs.map { try $0.map(value) }
        var scope: [String: RuntimeValue] = [:]
        for id in node.captures { scope[graph[id].name] = try value(id) }
        let captured = scope
        let context = EvaluationContext(inputs: arguments, outputCount: node.outputs.count) { body, inputs in
          guard depth < 32 else { throw OperatorError.limit("bodies nested deeper than 32") }
          return try bodies.evaluator(of: body).run(inputs, captured: captured, depth: depth + 1, observe: nil)
        }
        let results = try node.operator.evaluateCharged(context)
        for (position, output) in node.outputs.enumerated() {
          guard let output else { continue }
          guard position < results.count else {
            throw OperatorError.missingOutputs(expected: node.outputs.count, found: results.count)
          }
          live[output] = results[position]
          observe?(output, results[position])
        }
      } catch {
        throw ConversionError(error, at: .init(node: graph.describe(node)))
      }
      for id in dead[index] { live[id] = nil }
    }
    try monitor?.pass(graph.nodes.count, of: graph.nodes.count)
    return try graph.outputs.map(value)
  }
}
