import CNNConv
import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport
import Testing

/// A node of a fixture's operator, with what it reads and makes when the fixture is run.
struct OperatorSample {
  /// The case below `Fixtures/Operators`.
  let name: String
  /// The whole model.
  let model: Model
  /// The values of the model's inputs.
  let fixture: Fixture
  /// The node of the case's operator.
  let node: Node
  /// What the node reads.
  let inputs: [RuntimeValue?]
  /// What it makes; `nil` if an output is left out.
  let outputs: [RuntimeValue?]
  /// What its bodies read of the graph, by name.
  private let captured: [String: RuntimeValue]

  /// Every case below `Fixtures/Operators`.
  static let names = FixtureFolders.cases("Operators")

  /// The first case of each operator.
  static let first = Dictionary(grouping: names) { $0.prefix { $0 != "/" } }.values.compactMap { $0.min() }.sorted()

  init(_ name: String) throws {
    self.name = name
    model = try Model(contentsOf: FixtureFolders.path("Operators/\(name)/model.onnx"))
    fixture = try Fixture(path: try #require(FixtureFolders.dataSets("Operators/\(name)").first), for: model)
    let graph = model.graph
    let type = name.prefix { $0 != "/" }
    node = try #require(graph.nodes.last { $0.operator.signature.name == type } ?? graph.nodes.last)
    var values: [String: RuntimeValue] = fixture.inputs
    _ = try Session(model, options: .reference).run(values: fixture.inputs) { values[$0] = $1 }
    inputs = node.inputs.map { id in
      guard let id else { return nil }
      return values[graph[id].name] ?? graph[id].constant.map { .tensor($0) } ?? RuntimeValue.none
    }
    outputs = node.outputs.map { id in id.flatMap { values[graph[$0].name] } }
    captured = node.captures.reduce(into: [:]) { captured, id in
      captured[graph[id].name] = values[graph[id].name] ?? graph[id].constant.map { .tensor($0) }
    }
  }

  /// The operator's type in the registry.
  func type() throws -> any Operator.Type {
    let signature = node.operator.signature
    return try #require(OperatorRegistry.standard.type(domain: signature.domain, name: signature.name))
  }

  /// The version of the operator set that the file is written for.
  var version: Int { model.metadata.operatorSet }

  /// The node's attributes as a file of a version has them, and the inputs that stand in attributes instead.
  func written(_ operation: any Operator, version: Int) throws -> NodeWriter {
    var writer = NodeWriter(
      version: version, inputs: inputs.map { $0.map(\.tensor) },
      inputShapes: inputs.map { $0?.tensor.map { $0.shape.map(Dimension.fixed) } })
    try operation.write(to: &writer)
    return writer
  }

  /// A reader of these attributes.
  func reader(
    _ attributes: [(name: String, value: Attribute)], version: Int, without taken: Set<Int>
  ) -> NodeReader {
    var count = inputs.count
    while count > 0, taken.contains(count - 1) || inputs[count - 1] == nil { count -= 1 }
    return NodeReader(
      version: version, inputCount: count, outputCount: node.outputs.count,
      wantedOutputCount: (node.outputs.lastIndex { $0 != nil } ?? -1) + 1,
      attributes: Dictionary(attributes.map { ($0.name, $0.value) }) { $1 })
  }

  /// Runs an operator on the node's inputs, of which some stood in attributes.
  func evaluate(
    _ operation: any Operator, without taken: Set<Int> = [], adding added: [Int: Tensor] = [:]
  ) throws -> [RuntimeValue] {
    var inputs = inputs
    for index in taken { inputs[index] = nil }
    for (index, tensor) in added {
      while inputs.count <= index { inputs.append(nil) }
      inputs[index] = .tensor(tensor)
    }
    let captured = captured
    let context = EvaluationContext(inputs: inputs, outputCount: node.outputs.count) { body, arguments in
      try ReferenceEvaluator(body).run(arguments, captured: captured)
    }
    return try operation.evaluate(context)
  }
}
