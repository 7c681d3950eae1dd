import CNNGraphs
import CNNOperators
import CNNTensors

/// A graph whose nodes can each be written as one node of the operator sets asked for: what takes several is expanded.
///
/// Types and small constants are followed on the way, because what an older set keeps in attributes may be computed here.
struct OnnxGraphLowering {
  private(set) var graph: Graph
  /// The graphs inside each node, by the node's index.
  private(set) var scopes: [OnnxExportScope] = []
  /// The indices of nodes that the graph had before: no expansion made them.
  private(set) var originals: Set<Int> = []
  private var known: [ValueID: InferredValue] = [:]
  private let versions: [String: Int]
  private let unfoldsFunctions: Bool
  private let names: OnnxValueNames

  /// - Parameters:
  ///   - versions: the operator sets to write, by domain.
  ///   - unfoldsFunctions: whether calls of the model's functions become what the functions do.
  init(
    _ graph: Graph, versions: [String: Int], unfoldsFunctions: Bool, names: OnnxValueNames, in scope: OnnxExportScope
  ) throws {
    (self.graph, self.versions, self.unfoldsFunctions, self.names) = (graph, versions, unfoldsFunctions, names)
    for id in graph.valueIDs {
      let value = graph[id]
      if let constant = value.constant {
        known[id] = InferredValue(.tensor(TensorType(of: constant)), constant: constant)
      }
    }
    for (index, id) in graph.inputs.enumerated() where known[id] == nil {
      let given = index < scope.arguments.count ? scope.arguments[index] : .unknown
      let declared = graph[id].declaredType ?? graph[id].type
      known[id] = InferredValue(given.type.merged(with: declared) ?? given.type, contents: given.contents)
    }
    for id in graph.captures { known[id] = scope.captured[graph[id].name] ?? .unknown }
    self.graph.nodes = []
    for node in graph.nodes { try add(node, depth: 0) }
  }

  /// What is known of a value.
  func known(_ id: ValueID) -> InferredValue { known[id] ?? InferredValue(graph[id].type) }

  private mutating func add(_ node: Node, depth: Int) throws {
    guard depth < 16 else {
      throw ConversionError(.internalFault, "is expanded without end", at: .init(node: graph.describe(node)))
    }
    if unfoldsFunctions, let function = (node.operator as? ForeignOperator)?.function {
      return try unfold(function, for: node, depth: depth)
    }
    let signature = node.operator.signature
    let version = versions[signature.domain == "ai.onnx" ? "" : signature.domain] ?? signature.versions.last ?? 1
    var expansion = NodeExpansion(
      version: version, inputs: node.inputs.map { $0.map(known) }, wantedOutputs: node.outputs.map { $0 != nil })
    let results: [NodeOperand?]?
    do {
      results = try node.operator.expanded(in: &expansion)
    } catch OperatorError.unsupported(let reason) {
      let location = ConversionError.Location(node: graph.describe(node))
      throw ConversionError(.unsupported, reason + hint(for: node, reason), at: location)
    } catch {
      throw ConversionError(error, at: .init(node: graph.describe(node)))
    }
    guard let results else {
      if depth == 0 { originals.insert(graph.nodes.count) }
      return append(node)
    }
    try splice(expansion, results, for: node, depth: depth)
  }

  /// Which operator set would do, if a refusal does not say it.
  func hint(for node: Node, _ reason: String) -> String {
    let domain = node.operator.signature.domain
    guard !reason.contains("needs operator set"), !reason.contains("it came with"), !reason.contains("below"),
      domain.isEmpty || domain == "ai.onnx", let version = versions[""], !(node.operator is ForeignOperator)
    else { return "" }
    let inputs = node.inputs.map { $0.map(known) }
    let fitting = node.operator.signature.versions.first { candidate in
      guard candidate > version else { return false }
      var expansion = NodeExpansion(
        version: candidate, inputs: inputs, wantedOutputs: node.outputs.map { $0 != nil })
      do {
        if try node.operator.expanded(in: &expansion) != nil { return true }
        var writer = NodeWriter(
          version: candidate, inputs: inputs.map { known -> Tensor?? in known.map { $0.constant } },
          inputShapes: inputs.map { $0?.type.tensor?.shape })
        try node.operator.write(to: &writer)
        return true
      } catch { return false }
    }
    return fitting.map { "; operator set \($0) does" } ?? ""
  }

  private mutating func append(_ node: Node) {
    var scope = OnnxExportScope()
    for id in node.captures { scope.captured[graph[id].name] = known(id) }
    let arguments = BodyArguments()
    let captured = scope.captured
    let inputs = node.inputs.map { id -> InferredValue? in
      guard let id else { return nil }
      var value = known(id)
      if let constant = value.constant, constant.count > TypeInference.constantLimit { value.constant = nil }
      return value
    }
    let context = InferenceContext(inputs: inputs, outputCount: node.outputs.count) { body, given in
      arguments.add(given, for: OnnxBodyKey(body))
      return try TypeInference.results(of: body, arguments: given, captured: captured)
    }
    // Where nothing follows, what the graph itself says is all that is known.
    let results = (try? TypeInference.results(of: node, context)) ?? []
    for (index, id) in node.outputs.enumerated() {
      guard let id else { continue }
      let result = index < results.count ? results[index] : .unknown
      let type = result.type.merged(with: graph[id].type) ?? result.type
      var constant = result.constant
      // A constant node of any size counts as a constant.
      if let operation = node.operator as? Constant, case .dense(let tensor) = operation.value { constant = tensor }
      known[id] = InferredValue(type, contents: result.contents, constant: constant)
    }
    scope.bodies = arguments.all
    scopes.append(scope)
    graph.nodes.append(node)
  }

  /// Puts what was applied in the node's place.
  private mutating func splice(
    _ expansion: NodeExpansion, _ results: [NodeOperand?], for node: Node, depth: Int
  ) throws {
    let stem = node.outputs.lazy.compactMap(\.self).first.map { graph[$0].name } ?? node.name
    var values: [Int: ValueID] = [:]
    var copies: [(from: Int, to: ValueID)] = []
    for (index, output) in node.outputs.enumerated() {
      guard let output else { continue }
      guard index < results.count, let result = results[index] else {
        throw ConversionError(.internalFault, "output \(index) is not made", at: .init(node: graph.describe(node)))
      }
      if case .result = expansion.origins[result.index], values[result.index] == nil {
        values[result.index] = output
      } else {
        copies.append((result.index, output))
      }
    }
    func value(_ index: Int, _ hint: String) -> ValueID? {
      if let id = values[index] { return id }
      let id: ValueID?
      switch expansion.origins[index] {
      case .input(let input): id = node.inputs[input]
      case .constant(let tensor):
        id = try? graph.addValue(
          Value(names.fresh("\(stem)_\(hint)"), type: .tensor(TensorType(of: tensor)), constant: tensor))
        if let id { known[id] = InferredValue(.tensor(TensorType(of: tensor)), constant: tensor) }
      case .result: id = try? graph.addValue(Value(names.fresh("\(stem)_\(hint)")))
      }
      values[index] = id
      return id
    }
    var made: [Node] = []
    for step in expansion.steps {
      let kind = step.operation.signature.name
      let inputs = step.inputs.map { $0.flatMap { value($0, "\(kind)_operand") } }
      let outputs = step.outputs.map { value($0, kind) }
      made.append(
        Node(node.name.isEmpty ? "" : "\(node.name)/\(kind)", step.operation, inputs: inputs, outputs: outputs))
    }
    for copy in copies { made.append(Node("", Identity(), inputs: [value(copy.from, "operand")], outputs: [copy.to])) }
    if made.count == 1 { made[0].name = node.name }
    if !made.isEmpty {
      made[made.count - 1].annotations.documentation = node.annotations.documentation
      for index in made.indices { made[index].annotations.properties = node.annotations.properties }
    }
    for node in made { try add(node, depth: depth + 1) }
  }

  /// Puts a function's nodes in the place of its call.
  private mutating func unfold(_ function: Graph, for call: Node, depth: Int) throws {
    func refusal(_ why: String) -> ConversionError {
      ConversionError(.unsupported, why, at: .init(node: graph.describe(call)))
    }
    var values: [ValueID: ValueID] = [:]
    var omitted: Set<ValueID> = []
    for (index, id) in function.inputs.enumerated() {
      if index < call.inputs.count, let given = call.inputs[index] { values[id] = given } else { omitted.insert(id) }
    }
    var copies: [(ValueID, ValueID)] = []
    for (result, output) in zip(function.outputs, call.outputs) {
      guard let output else { continue }
      if values[result] == nil && !omitted.contains(result) && !function[result].isConstant {
        values[result] = output
      } else {
        copies.append((result, output))
      }
    }
    for id in function.valueIDs where values[id] == nil && !omitted.contains(id) {
      var value = function[id]
      value.name = names.contains(value.name) ? names.fresh("\(call.name)_\(value.name)") : names.fresh(value.name)
      values[id] = try graph.addValue(value)
      if let constant = value.constant, let new = values[id] {
        known[new] = InferredValue(.tensor(TensorType(of: constant)), constant: constant)
      }
    }
    for var node in function.nodes {
      for id in node.captures where values[id].map({ graph[$0].name }) != function[id].name {
        throw refusal("a function whose body reads \(function[id].name.quoted) inside a node cannot be unfolded")
      }
      node.inputs = node.inputs.map { $0.flatMap { values[$0] } }
      node.outputs = node.outputs.map { $0.flatMap { values[$0] } }
      node.captures = node.captures.compactMap { values[$0] }
      if !call.name.isEmpty { node.name = node.name.isEmpty ? "" : "\(call.name)/\(node.name)" }
      try add(node, depth: depth + 1)
    }
    for (from, to) in copies {
      guard let from = values[from] else { throw refusal("an output that is a parameter left out") }
      try add(Node("", Identity(), inputs: [from], outputs: [to]), depth: depth + 1)
    }
  }
}

/// Collects what is known of the arguments of the graphs inside a node, over all times inference asks.
private final class BodyArguments: @unchecked Sendable {
  private(set) var all: [OnnxBodyKey: [InferredValue]] = [:]

  /// Notes arguments; what differs from an earlier time is not known.
  func add(_ arguments: [InferredValue], for key: OnnxBodyKey) {
    let types = arguments.map(\.type)
    guard let earlier = all[key] else {
      all[key] = types.map { InferredValue($0) }
      return
    }
    all[key] = zip(earlier, types).map { InferredValue($0.type == $1 ? $1 : $0.type.widened(to: $1)) }
  }
}

extension ValueType {
  /// What holds for both.
  fileprivate func widened(to other: ValueType) -> ValueType {
    guard case .tensor(let a) = self, case .tensor(let b) = other else { return .unknown }
    var shape: [Dimension]?
    if let mine = a.shape, let its = b.shape, mine.count == its.count {
      shape = zip(mine, its).map { $0 == $1 ? $0 : .unknown }
    }
    return .tensor(a.elementType == b.elementType ? a.elementType : nil, shape)
  }
}
