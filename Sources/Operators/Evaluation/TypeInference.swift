import CNNGraphs
import CNNTensors

/// Finds the types of all values of a graph, and the results of its shape computations.
///
/// Nodes are visited in order. If every input of a node is a small known constant the node is run, so that
/// `Shape → Gather → Concat → Reshape` chains end in known shapes; symbols such as `N` travel through them as
/// ``Value/contents``.
public struct TypeInference {
  /// Constants with more elements than this take no part.
  public static let constantLimit = 4096

  /// Where the file's declarations disagree with what follows from the operators.
  public private(set) var contradictions: [String] = []

  /// Starts with nothing found.
  public init() {}

  /// Fills in ``Value/type`` and ``Value/contents`` throughout the graph.
  /// - Parameter inputs: what is known of the inputs beyond what the graph says, in order.
  /// - Returns: what is known of the outputs.
  /// - Throws: ``ConversionError`` naming the node whose inputs do not fit.
  @discardableResult
  public mutating func infer(_ graph: inout Graph, inputs: [InferredValue] = []) throws -> [InferredValue] {
    try infer(&graph, inputs: inputs, captured: [:], depth: 0)
  }

  private mutating func infer(
    _ graph: inout Graph, inputs: [InferredValue], captured: [String: InferredValue], depth: Int
  ) throws -> [InferredValue] {
    var known = KnownValues(count: graph.values.count)
    for id in graph.valueIDs {
      let value = graph[id]
      guard let constant = value.constant else { continue }
      let small = constant.count <= TypeInference.constantLimit ? constant : nil
      known[id] = InferredValue(.tensor(TensorType(of: constant)), constant: small)
      graph[id].type = .tensor(TensorType(of: constant))
    }
    for (position, id) in graph.inputs.enumerated() {
      let given = position < inputs.count ? inputs[position] : .unknown
      let declared = graph[id].declaredType ?? .unknown
      let type = given.type.merged(with: declared) ?? given.type
      graph[id].type = type
      // Files before IR version 4 list every constant among the inputs, so a default counts as the value here.
      known[id] = InferredValue(type, contents: given.contents, constant: given.constant ?? known[id]?.constant)
    }
    for id in graph.captures {
      let value = captured[graph[id].name] ?? .unknown
      graph[id].type = value.type
      known[id] = value
    }
    for index in graph.nodes.indices {
      let node = graph.nodes[index]
      do {
        try infer(node, of: &graph, &known, depth)
      } catch {
        throw ConversionError(error, at: .init(node: graph.describe(node)))
      }
    }
    return graph.outputs.map { known[$0] ?? InferredValue(graph[$0].type) }
  }

  private mutating func infer(
    _ node: Node, of graph: inout Graph, _ known: inout KnownValues, _ depth: Int
  ) throws {
    let inputs = node.inputs.map { id -> InferredValue? in
      guard let id else { return nil }
      return known[id] ?? InferredValue(graph[id].type)
    }
    var scope: [String: InferredValue] = [:]
    for id in node.captures { scope[graph[id].name] = known[id] ?? InferredValue(graph[id].type) }
    let results = try Self.results(of: node, inputs: inputs, captured: scope, depth: depth)
    for (output, result) in zip(node.outputs, results) {
      guard let output else { continue }
      let declared = graph[output].declaredType ?? .unknown
      if let merged = result.type.merged(with: declared) {
        graph[output].type = merged
      } else {
        contradictions.append("\(graph[output].name.quoted) is declared \(declared) and computed \(result.type)")
        graph[output].type = result.type
      }
      graph[output].contents = result.contents
      known[output] = InferredValue(graph[output].type, contents: result.contents, constant: result.constant)
    }
  }

  /// What is known of the outputs of one node. It is run if its inputs are small constants.
  /// - Parameter captured: what is known of the values that the node's own graphs read, by name.
  package static func results(
    of node: Node, inputs: [InferredValue?], captured: [String: InferredValue] = [:], depth: Int = 0
  ) throws -> [InferredValue] {
    try WorkBudget.current.charge(WorkBudget.Cost.inference)
    let context = InferenceContext(inputs: inputs, outputCount: node.outputs.count) { body, arguments in
      guard depth < 32 else { throw OperatorError.limit("bodies nested deeper than 32") }
      var body = body
      var inner = TypeInference()
      return try inner.infer(&body, inputs: arguments, captured: captured, depth: depth + 1)
    }
    return try TypeInference.results(of: node, context)
  }

  /// What is known of a body's results.
  package static func results(
    of body: Graph, arguments: [InferredValue], captured: [String: InferredValue]
  ) throws -> [InferredValue] {
    var body = body
    var inference = TypeInference()
    return try inference.infer(&body, inputs: arguments, captured: captured, depth: 1)
  }

  /// What is known of a node's results: their types, and the results themselves if they are small and all inputs known.
  package static func results(of node: Node, _ context: InferenceContext) throws -> [InferredValue] {
    var results = try node.operator.infer(context)
    if let constants = constantResults(of: node, context.inputs, results) {
      for (index, tensor) in constants.enumerated() where index < results.count {
        results[index] = InferredValue(.tensor(TensorType(of: tensor)), constant: tensor)
      }
    }
    return results
  }

  /// What is known of each value of a graph.
  private struct KnownValues {
    private var values: [InferredValue?]

    init(count: Int) { values = [InferredValue?](repeating: nil, count: count) }

    subscript(id: ValueID) -> InferredValue? {
      get { id.index < values.count ? values[id.index] : nil }
      set { values[id.index] = newValue }
    }
  }

  /// The node's results if its inputs are known and small and its results will be small, too.
  private static func constantResults(
    of node: Node, _ inputs: [InferredValue?], _ results: [InferredValue]
  ) -> [Tensor]? {
    guard node.operator.isDeterministic, node.operator.bodies.isEmpty, !(node.operator is ForeignOperator) else {
      return nil
    }
    for result in results {
      guard let shape = result.type.tensor?.fixedShape, let count = try? Tensor.elementCount(of: shape),
        count <= TypeInference.constantLimit
      else { return nil }
    }
    var arguments: [RuntimeValue?] = []
    for input in inputs {
      guard let input else {
        arguments.append(nil)
        continue
      }
      guard let constant = input.constant ?? input.contents.flatMap({ tensor($0, as: input.type) }) else { return nil }
      arguments.append(.tensor(constant))
    }
    let context = EvaluationContext(inputs: arguments, outputCount: node.outputs.count)
    // A failure here is the run's to report: the node may never be reached.
    guard let values = try? node.operator.evaluateCharged(context) else { return nil }
    let tensors = values.compactMap(\.tensor)
    return tensors.count == values.count ? tensors : nil
  }

  private static func tensor(_ contents: [Dimension], as type: ValueType) -> Tensor? {
    let integers = contents.compactMap { $0.value.map(Int64.init) }
    guard integers.count == contents.count, let shape = type.tensor?.fixedShape,
      let elementType = type.tensor?.elementType
    else { return nil }
    return try? Tensor(integers, shape: shape).converted(to: elementType)
  }
}
