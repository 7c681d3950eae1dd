import CNNFormats
import CNNGraphs
import CNNOperators
import CNNTensors

/// Goes through the calls of a program and builds each.
struct TorchExportInterpreter {
  /// What has been built.
  var builder: AtenGraphBuilder
  private var values: [String: AtenValue] = [:]

  init(_ builder: AtenGraphBuilder) { self.builder = builder }

  /// Gives a name of the program a value.
  mutating func define(_ name: String, _ value: AtenValue) { values[name] = value }

  /// The value of a name, if it has one.
  func defined(_ name: String) -> AtenValue? { values[name] }

  /// The value of an argument.
  func value(of argument: TorchExportArgument) throws -> AtenValue {
    switch argument {
    case .none: return .none
    case .tensor(let name), .symbol(let name):
      guard let value = values[name] else {
        throw ConversionError(.badInput, "reads \(name.quoted), which nothing makes")
      }
      return value
    case .tensors(let names): return .list(try names.map { try $0.map { try value(of: .tensor($0)) } ?? .none })
    case .int(let value): return .int(value)
    case .float(let value): return .float(value)
    case .bool(let value): return .bool(value)
    case .string(let text): return .string(text)
    case .elementType(let number):
      guard let type = ElementType(torchExportNumber: number) else {
        throw ConversionError(.unsupported, "element type number \(number)")
      }
      return .elementType(type)
    case .setting(let name): return .setting(name)
    case .list(let items): return .list(try items.map(value))
    case .graph: throw ConversionError(.unsupported, "a graph as an argument")
    case .other(let kind): throw ConversionError(.unsupported, "an argument of kind \(kind.quoted)")
    }
  }

  /// Builds all calls of a graph.
  mutating func run(_ graph: TorchExportGraph) throws {
    for node in graph.nodes {
      try WorkBudget.current.charge(WorkBudget.Cost.inference)
      try run(node, in: graph)
    }
  }

  private mutating func run(_ node: TorchExportGraph.Node, in graph: TorchExportGraph) throws {
    let name = Self.firstName(node.outputs) ?? node.target
    let place = AtenGraphBuilder.Place(node: name, path: node.module)
    do {
      let results = try perform(node, at: place)
      try bind(results, to: node.outputs, graph)
    } catch {
      let target = node.target.replacing("torch.ops.", with: "")
      throw ConversionError(outside: error, at: .init(node: "node \(name.quoted) (\(target.inSentence))"))
    }
  }

  private static func firstName(_ outputs: [TorchExportArgument]) -> String? {
    switch outputs.first {
    case .tensor(let name)?, .symbol(let name)?: name
    case .tensors(let names)?: names.compactMap(\.self).first
    default: nil
    }
  }

  // MARK: Calls

  private mutating func perform(
    _ node: TorchExportGraph.Node, at place: AtenGraphBuilder.Place
  ) throws -> [AtenValue] {
    let parts = node.target.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.starts(with: ["torch", "ops", "higher_order"]) {
      return try performHigherOrder(parts.last ?? "", node, at: place)
    }
    let positional = try node.inputs.filter { !$0.isKeyword }.map { try value(of: $0.value) }
    let keyword = try node.inputs.filter(\.isKeyword).map { ($0.name, try value(of: $0.value)) }
    if parts.starts(with: ["torch", "ops"]), parts.count >= 4 {
      let overload = parts.count > 4 ? parts[4...].joined(separator: ".") : "default"
      return try builder.perform(
        "\(parts[2])::\(parts[3])", overload: overload, positional, keyword: keyword, at: place)
    }
    if node.target == "_operator.getitem", positional.count == 2, case .list(let items) = positional[0],
      let index = positional[1].integer, items.indices ~= index
    {
      return [items[index]]
    }
    guard let name = Self.numberOperators[parts.last ?? ""] else {
      throw ConversionError(.unsupported, "operator \(node.target.inSentence) is not supported")
    }
    return try builder.perform(name, overload: nil, positional, at: place)
  }

  /// Python's functions of numbers, by their names in modules `_operator`, `math` and `torch`.
  private static let numberOperators: [String: String] = [
    "add": "scalar::add", "sub": "scalar::sub", "mul": "scalar::mul", "truediv": "scalar::truediv",
    "floordiv": "scalar::floordiv", "mod": "scalar::mod", "pow": "scalar::pow", "neg": "scalar::neg",
    "pos": "scalar::pos", "eq": "scalar::eq", "ne": "scalar::ne", "lt": "scalar::lt", "le": "scalar::le",
    "gt": "scalar::gt", "ge": "scalar::ge", "and_": "scalar::and", "or_": "scalar::or", "not_": "scalar::not",
    "trunc": "scalar::trunc", "ceil": "scalar::ceil", "floor": "scalar::floor", "round": "scalar::round",
    "sym_int": "scalar::int", "sym_float": "scalar::float", "sym_max": "scalar::max", "sym_min": "scalar::min",
    "sym_not": "scalar::not", "sqrt": "scalar::sqrt", "_sym_sqrt": "scalar::sqrt", "sym_sqrt": "scalar::sqrt",
  ]

  private mutating func bind(
    _ results: [AtenValue], to outputs: [TorchExportArgument], _ graph: TorchExportGraph
  ) throws {
    var results = results[...]
    for output in outputs {
      switch output {
      case .tensor(let name):
        guard let value = results.popFirst() else { throw ConversionError(.badInput, "gives too few results") }
        try define(name, value, graph)
      case .symbol(let name):
        guard let value = results.popFirst() else { throw ConversionError(.badInput, "gives too few results") }
        define(name, value)
      case .tensors(let names):
        let items: [AtenValue]
        if case .list(let list)? = results.first {
          results = results.dropFirst()
          items = list
        } else {
          items = Array(results)
          results = []
        }
        guard items.count >= names.count else { throw ConversionError(.badInput, "gives too few results") }
        for (name, value) in zip(names, items) { if let name { try define(name, value, graph) } }
      default: _ = results.popFirst()
      }
    }
  }

  /// A tensor, with what the file says of its type.
  private mutating func define(_ name: String, _ value: AtenValue, _ graph: TorchExportGraph) throws {
    define(name, value)
    guard case .tensor(let tensor) = value, let record = graph.tensors[name] else { return }
    let shape = record.sizes.map { size -> Dimension in
      switch size {
      case .fixed(let extent): .fixed(extent)
      case .symbol(let name): .symbol(name)
      case .expression: .unknown
      }
    }
    try builder.declare(tensor.value, as: TensorType(record.elementType, shape))
  }

  // MARK: Graphs within graphs

  private mutating func performHigherOrder(
    _ name: String, _ node: TorchExportGraph.Node, at place: AtenGraphBuilder.Place
  ) throws -> [AtenValue] {
    let graphs = node.inputs.compactMap { if case .graph(let graph) = $0.value { graph } else { nil } }
    let last = node.inputs.lastIndex { if case .graph = $0.value { true } else { false } } ?? 0
    var operands: [AtenValue] = []
    for input in node.inputs.dropFirst(last + 1) {
      let value = try value(of: input.value)
      if case .list(let items) = value { operands += items } else { operands.append(value) }
    }
    switch name {
    case "wrap_with_set_grad_enabled" where graphs.count == 1, "wrap_with_autocast" where graphs.count == 1:
      if name == "wrap_with_autocast", case .bool(true)? = node.inputs.dropFirst(2).first?.value {
        throw ConversionError(.unsupported, "automatic casting is not supported")
      }
      return try inline(graphs[0], operands)
    case "cond" where graphs.count == 2 && !node.inputs.isEmpty:
      let condition = try value(of: node.inputs[0].value)
      if let flag = condition.integer { return try inline(graphs[flag != 0 ? 0 : 1], operands) }
      return try branch(condition, graphs, operands, at: place)
    default: throw ConversionError(.unsupported, "operator higher_order.\(name.inSentence) is not supported")
    }
  }

  /// A graph's calls in place of the call of it.
  private mutating func inline(_ graph: TorchExportGraph, _ operands: [AtenValue]) throws -> [AtenValue] {
    let outer = values
    defer { values = outer }
    try bind(operands, to: graph)
    try run(graph)
    return try graph.outputs.map(value)
  }

  private mutating func bind(_ operands: [AtenValue], to graph: TorchExportGraph) throws {
    guard operands.count >= graph.inputs.count else { throw ConversionError(.badInput, "gets too few operands") }
    var inner: [String: AtenValue] = [:]
    for (input, value) in zip(graph.inputs, operands) {
      switch input {
      case .tensor(let name), .symbol(let name): inner[name] = value
      default: break
      }
    }
    values = inner
  }

  /// One of two graphs, by a condition that only a run knows.
  private mutating func branch(
    _ condition: AtenValue, _ graphs: [TorchExportGraph], _ operands: [AtenValue], at place: AtenGraphBuilder.Place
  ) throws -> [AtenValue] {
    let flag = try builder.number(condition, as: .bool)
    let shaped = try builder.rank(of: flag) == 0 ? flag : builder.reshape(flag, to: [])
    let (outer, names) = (builder, values)
    var captured: [ValueID] = []
    var bodies: [Graph] = []
    var results: [[InferredValue]] = []
    defer { values = names }
    for (index, graph) in graphs.enumerated() {
      builder = AtenGraphBuilder(
        name: index == 0 ? "then" : "else", prefix: "\(place.node).\(index == 0 ? "then" : "else").")
      defer { builder = outer }
      var source = outer
      let inner = try operands.map { operand -> AtenValue in
        let id: ValueID
        switch operand {
        case .tensor(let tensor): id = try source.read(tensor)
        case .scalar(let value): id = value
        default: return operand
        }
        if !captured.contains(id) { captured.append(id) }
        let own = try builder.capture(outer.graph[id].name, outer.knowledge(of: id))
        if case .scalar = operand { return .scalar(own) }
        return .tensor(AtenTensor(own))
      }
      try bind(inner, to: graph)
      try run(graph)
      for (number, output) in graph.outputs.enumerated() {
        guard case .tensor(let tensor) = try value(of: output) else {
          throw ConversionError(.unsupported, "a branch that gives something else than tensors")
        }
        try builder.output(builder.read(tensor), name: "\(place.node).\(index == 0 ? "then" : "else").result\(number)")
      }
      results.append(builder.graph.outputs.map { builder.knowledge(of: $0) })
      bodies.append(builder.graph.pruned())
    }
    guard results[0].count == results[1].count else {
      throw ConversionError(.badInput, "its branches give different numbers of results")
    }
    let types = zip(results[0], results[1]).map { a, b in
      a.type == b.type ? InferredValue(a.type) : InferredValue(.tensor(a.type.tensor?.elementType))
    }
    let made = try builder.apply(
      If(then: bodies[0], else: bodies[1]), to: [shaped], results: types, captures: captured)
    return made.map { .tensor(AtenTensor($0)) }
  }
}
