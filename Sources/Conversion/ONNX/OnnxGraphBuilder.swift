import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// Makes one graph, the graphs inside it by recursion.
struct OnnxGraphBuilder {
  private let record: OnnxGraph
  private let scope: OnnxScope
  private let context: OnnxImportContext
  private var graph: Graph
  private var captured: [String: ValueID] = [:]

  init(_ record: OnnxGraph, in scope: OnnxScope, _ context: OnnxImportContext) {
    (self.record, self.scope, self.context) = (record, scope, context)
    graph = Graph(name: record.name ?? "")
  }

  mutating func build() throws -> Graph {
    try addInputs()
    try addConstants()
    try addResults()
    try addDeclarations()
    for node in record.nodes { try add(node) }
    graph.outputs = try record.outputs.map { output in
      guard let id = resolve(output.name) else {
        throw ConversionError(.badInput, "output \(output.name.quoted) is made by nothing")
      }
      return id
    }
    graph.captures = captured.values.sorted()
    try graph.sortNodes()
    graph.annotations.documentation = record.documentation
    graph.annotations.properties = record.metadata.map { ($0.key, $0.value) }
    graph.annotations.carried = OnnxGraphNotes(
      name: record.name, quantizationAnnotations: record.quantizationAnnotations, unknown: record.unknown)
    return graph
  }

  private mutating func addInputs() throws {
    for input in record.inputs { graph.inputs.append(try graph.addValue(declared(input))) }
  }

  private func declared(_ info: OnnxValueInfo) -> Value {
    var value = Value(info.name, type: ValueType(info.type))
    value.declaredType = value.type
    value.annotations.carried = OnnxValueNotes(info: info)
    return value
  }

  private mutating func addConstants() throws {
    for tensor in record.initializers {
      guard let name = tensor.name, !name.isEmpty else {
        throw ConversionError(.badInput, "an initializer has no name")
      }
      let constant = try context.tensor(tensor)
      try setConstant(name, tensor: tensor) { $0.constant = constant }
    }
    for sparse in record.sparseInitializers {
      guard let name = sparse.values.name, !name.isEmpty else {
        throw ConversionError(.badInput, "a sparse initializer has no name")
      }
      let constant = try context.sparseTensor(sparse)
      try setConstant(name, sparse: sparse) { value in
        value.sparseConstant = constant
        if value.declaredType == nil {
          value.type = .tensor(constant.values.elementType, constant.shape.map(Dimension.fixed))
        }
      }
    }
  }

  private mutating func setConstant(
    _ name: String, tensor: OnnxTensor? = nil, sparse: OnnxSparseTensor? = nil, _ set: (inout Value) -> Void
  ) throws {
    let id: ValueID
    if let input = graph.value(named: name) {
      guard !graph[input].isConstant else {
        throw ConversionError(.badInput, "two initializers have this name", at: .init(tensor: name))
      }
      id = input
    } else {
      id = try graph.addValue(Value(name))
    }
    set(&graph[id])
    var carried = graph[id].annotations.carried as? OnnxValueNotes ?? OnnxValueNotes()
    carried.tensor = tensor
    carried.sparse = sparse
    graph[id].annotations.carried = carried
    if let constant = graph[id].constant { graph[id].type = .tensor(TensorType(of: constant)) }
  }

  /// All nodes' results first, so that names made up later never take one of theirs.
  private mutating func addResults() throws {
    for node in record.nodes {
      for name in node.outputs where !name.isEmpty {
        do {
          try graph.addValue(Value(name))
        } catch {
          throw ConversionError(
            .badInput, "makes \(name.quoted), which is made elsewhere", at: .init(node: describe(node)))
        }
      }
    }
  }

  private mutating func addDeclarations() throws {
    for info in record.valueInfo + record.outputs {
      guard let id = graph.value(named: info.name) else { continue }
      var notes = graph[id].annotations.carried as? OnnxValueNotes ?? OnnxValueNotes()
      if notes.info == nil {
        notes.info = info
        graph[id].annotations.carried = notes
      }
      if graph[id].declaredType == nil { graph[id].declaredType = ValueType(info.type) }
    }
  }

  private func describe(_ node: OnnxNode) -> String {
    let name = node.name.flatMap { $0.isEmpty ? nil : $0 } ?? node.outputs.first { !$0.isEmpty } ?? ""
    return "node \(name.quoted) (\(node.operatorType.inSentence))"
  }

  /// The value of a name here, or one that stands for the value of that name further out.
  private mutating func resolve(_ name: String) -> ValueID? {
    if let id = graph.value(named: name) { return id }
    guard scope.sees(name), let id = try? graph.addValue(Value(name)) else { return nil }
    captured[name] = id
    return id
  }

  private mutating func add(_ node: OnnxNode) throws {
    do {
      let inputs = try node.inputs.map { name -> ValueID? in
        if name.isEmpty || scope.omitted.contains(name) { return nil }
        guard let id = resolve(name) else {
          throw ConversionError(.badInput, "reads \(name.quoted), which nothing makes")
        }
        return id
      }
      var made = try makeOperator(node)
      var captures: [ValueID] = []
      var known: Set<ValueID> = []
      for body in made.operation.bodies {
        for name in body.captures.map({ body[$0].name }) {
          guard let id = resolve(name) else {
            throw ConversionError(.badInput, "a body reads \(name.quoted), which nothing makes")
          }
          if known.insert(id).inserted { captures.append(id) }
        }
      }
      let outputs = node.outputs.map { $0.isEmpty ? nil : graph.value(named: $0) }
      var result = Node(node.name ?? "", made.operation, inputs: inputs, outputs: outputs, captures: captures)
      for (index, constant) in made.addedInputs.sorted(by: { $0.key < $1.key }) {
        guard index < 64 else { continue }
        while result.inputs.count <= index { result.inputs.append(nil) }
        let hint = "\(node.outputs.first { !$0.isEmpty } ?? node.operatorType)_input\(index)"
        result.inputs[index] = graph.addConstant(constant, hint: hint)
      }
      made.addedInputs = [:]
      result.annotations = annotations(of: node)
      graph.nodes.append(result)
    } catch {
      throw ConversionError(outside: error, at: .init(node: describe(node)))
    }
  }

  private func annotations(of node: OnnxNode) -> Annotations {
    var annotations = Annotations()
    annotations.documentation = node.documentation
    annotations.properties = node.metadata.map { ($0.key, $0.value) }
    annotations.carried = OnnxNodeNotes(
      name: node.name, domain: node.domain, overload: node.overload, attributes: node.attributes,
      deviceConfigurations: node.deviceConfigurations, unknown: node.unknown)
    return annotations
  }

  private func makeOperator(_ node: OnnxNode) throws -> (operation: any Operator, addedInputs: [Int: Tensor]) {
    let domain = node.domain == "ai.onnx" ? "" : node.domain ?? ""
    var attributes: [(name: String, value: Attribute)] = []
    var names: Set<String> = []
    for attribute in node.attributes {
      guard let value = try convert(attribute.value) else { continue }
      guard names.insert(attribute.name).inserted else {
        throw ConversionError(.badInput, "attribute \(attribute.name.quoted) is given twice")
      }
      attributes.append((attribute.name, value))
    }
    func foreign(_ reason: String, function: Graph? = nil) -> ForeignOperator {
      ForeignOperator(
        node.operatorType, domain: node.domain ?? "", attributes: attributes, reason: reason, function: function)
    }
    let key = OnnxFunctionKey(domain: node.domain ?? "", name: node.operatorType, overload: node.overload ?? "")
    if let function = context.functions[key] {
      return (foreign("", function: try unfold(function, key, for: node)), [:])
    }
    let spelled = ((domain.isEmpty ? "" : "\(domain).") + node.operatorType).inSentence
    guard let type = context.registry.type(domain: domain, name: node.operatorType) else {
      return (foreign("operator \(spelled) is not supported"), [:])
    }
    guard let version = scope.versions[domain] ?? (domain.isEmpty ? 1 : nil) else {
      throw ConversionError(.badInput, "the model names no operator set for domain \(domain.quoted)")
    }
    guard let first = type.signature.versions.first, first <= version else {
      return (foreign("operator \(spelled) is not part of operator set \(version)"), [:])
    }
    do {
      var reader = NodeReader(
        version: version, inputCount: node.inputs.count, outputCount: node.outputs.count,
        wantedOutputCount: node.outputs.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0,
        attributes: Dictionary(attributes, uniquingKeysWith: { first, _ in first }))
      let operation = try type.init(from: &reader)
      try reader.finish()
      return (operation, reader.addedInputs)
    } catch OperatorError.unsupported(let reason) {
      return (foreign(reason), [:])
    } catch let error as OperatorError {
      guard case .unknownAttributes = error else { throw error }
      return (foreign("\(error)"), [:])
    }
  }

  /// The function's body as a graph of its own, the call's attributes filled in.
  private func unfold(_ function: OnnxFunction, _ key: OnnxFunctionKey, for node: OnnxNode) throws -> Graph {
    guard !context.activeFunctions.contains(key) else {
      throw ConversionError(.badInput, "function \(function.name.quoted) calls itself")
    }
    guard context.activeFunctions.count < 32 else {
      throw ConversionError(.limit, "functions call one another deeper than 32")
    }
    try context.chargeNodes(function.nodes.count)
    context.activeFunctions.append(key)
    defer { context.activeFunctions.removeLast() }
    var given: [String: OnnxAttribute.Value] = [:]
    for attribute in function.attributeDefaults { given[attribute.name] = attribute.value }
    for attribute in node.attributes { if let value = substituted(attribute.value) { given[attribute.name] = value } }
    var body = OnnxGraph()
    body.name = function.name
    body.nodes = function.nodes
    body.inputs = function.inputs.map { OnnxValueInfo(name: $0, type: nil) }
    body.outputs = function.outputs.map { OnnxValueInfo(name: $0, type: nil) }
    var versions = OnnxScope.versions(function.operatorSets)
    if versions[""] == nil { versions[""] = scope.versions[""] }
    var inner = OnnxScope(versions: versions)
    inner.attributes = given
    let arguments = node.inputs
    inner.omitted = Set(
      function.inputs.indices.filter { $0 >= arguments.count || arguments[$0].isEmpty }.map { function.inputs[$0] })
    inner.depth = scope.depth + 1
    var builder = OnnxGraphBuilder(body, in: inner, context)
    let graph = try builder.build()
    try graph.verify()
    return graph
  }

  private func substituted(_ value: OnnxAttribute.Value) -> OnnxAttribute.Value? {
    guard case .reference(let name, _) = value, let attributes = scope.attributes else { return value }
    return attributes[name]
  }

  /// - Returns: `nil` for a reference to an attribute that the function's call leaves out.
  private func convert(_ value: OnnxAttribute.Value) throws -> Attribute? {
    guard let value = substituted(value) else { return nil }
    switch value {
    case .float(let value): return .float(value)
    case .int(let value): return .int(Int(value))
    case .string(let bytes): return .string(bytes)
    case .tensor(let tensor): return .tensor(try context.tensor(tensor))
    case .graph(let graph): return .graph(try body(graph))
    case .sparseTensor(let tensor): return .sparseTensor(try context.sparseTensor(tensor))
    case .type(let type): return .type(ValueType(type))
    case .floats(let values): return .floats(values)
    case .ints(let values): return .ints(values.map(Int.init))
    case .strings(let values): return .strings(values)
    case .tensors(let tensors): return .tensors(try tensors.map(context.tensor))
    case .graphs(let graphs): return .graphs(try graphs.map(body))
    case .sparseTensors(let tensors): return .sparseTensors(try tensors.map(context.sparseTensor))
    case .types(let types): return .types(types.map { ValueType($0) })
    case .reference(let name, let type): return .reference(name, kind: Int(type))
    }
  }

  private func body(_ record: OnnxGraph) throws -> Graph {
    guard scope.depth < 64 else { throw ConversionError(.limit, "graphs nested deeper than 64") }
    var inner = scope
    // The copy shares its names with the graph: a body costs nothing for being inside a large graph.
    inner.outer.append(.init(graph: graph, omitted: scope.attributes == nil ? [] : scope.omitted))
    inner.depth += 1
    var builder = OnnxGraphBuilder(record, in: inner, context)
    return try builder.build()
  }
}
