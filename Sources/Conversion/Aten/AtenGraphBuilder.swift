import CNNGraphs
import CNNOperators
import CNNTensors

/// Builds a graph of calls of ATen operators, as PyTorch's `torch.export` and TorchScript list them.
///
/// ```swift
/// var builder = AtenGraphBuilder(name: "net")
/// let image = try builder.input("x", .float32, shape: [1, 3, 224, 224])
/// let results = try builder.perform("aten::relu", overload: nil, [image], at: .init(node: "relu", path: "layer1.relu"))
/// ```
/// Types, shapes and shape computations follow at once: what depends on constants alone becomes a constant, and an extent
/// that is known is a number. So an operator's builder can look at them.
struct AtenGraphBuilder {
  /// Where a call stands in the program.
  struct Place {
    /// The name of the result in the program, such as `conv2d_1`; results are named after it.
    var node: String
    /// The module that makes the call, such as `layer1.0.conv1`; empty if that is not known.
    var path = ""
  }

  /// What has been built.
  private(set) var graph: Graph
  /// What a user should know.
  var findings: [Remark] = []
  /// The names of buffers that the program writes to, and the constants that they were before.
  var writtenStates: [(name: String, before: ValueID)] = []
  /// Where the present call stands.
  private(set) var place = Place(node: "")
  private var known: [InferredValue] = []
  private var integerConstants: [[Int]: ValueID] = [:]
  private var extents: [Extent: AtenValue] = [:]
  /// The node that makes a value, by the value's index.
  private var makers: [Int: Int] = [:]
  private var nodeNames: Set<String> = []
  /// What the names of values begin with, so that those of a graph within another one are like none around it.
  private let prefix: String

  private struct Extent: Hashable {
    let value: ValueID
    let axis: Int
  }

  /// Starts an empty graph.
  /// - Parameter prefix: what the names of its values begin with.
  init(name: String = "", prefix: String = "") {
    graph = Graph(name: name)
    self.prefix = prefix
  }

  // MARK: Values

  /// A tensor that each run is given.
  mutating func input(_ name: String, _ type: ElementType?, shape: [Dimension]?) throws -> AtenValue {
    let valueType = ValueType.tensor(type, shape)
    let id = try graph.addValue(Value(uniqueName(name), type: valueType))
    graph[id].declaredType = valueType
    graph.inputs.append(id)
    known.append(InferredValue(valueType))
    return .tensor(AtenTensor(id, state: nil))
  }

  /// A constant under its name in the program, such as a layer's weights.
  /// - Parameter isState: true for what the program may write to.
  mutating func constant(_ tensor: Tensor, name: String, isState: Bool = false) throws -> AtenValue {
    let id = add(tensor, hint: name)
    // Weights keep their names: nothing is computed of them here.
    if tensor.elementType.isFloatingPoint { known[id.index].constant = nil }
    return .tensor(AtenTensor(id, state: isState ? name : nil))
  }

  /// A constant under a name derived from a hint.
  mutating func add(_ tensor: Tensor, hint: String) -> ValueID {
    let id = graph.addConstant(tensor, hint: uniqueName(hint))
    let isSmall = tensor.count <= TypeInference.constantLimit
    known.append(InferredValue(.tensor(TensorType(of: tensor)), constant: isSmall ? tensor : nil))
    return id
  }

  /// A constant list of integers; equal ones are one value.
  mutating func ints(_ values: [Int]) throws -> ValueID {
    if let id = integerConstants[values] { return id }
    let id = add(try Tensor(values.map(Int64.init)), hint: "ints")
    integerConstants[values] = id
    return id
  }

  /// A value of a graph around this one.
  mutating func capture(_ name: String, _ value: InferredValue) throws -> ValueID {
    if let id = graph.value(named: name) { return id }
    let id = try graph.addValue(Value(name, type: value.type))
    graph.captures.append(id)
    known.append(value)
    return id
  }

  private func uniqueName(_ hint: String) -> String {
    let hint = prefix + (hint.isEmpty ? "value" : hint)
    return hint.unique { graph.value(named: $0) != nil }
  }

  // MARK: What is known

  /// What is known of a value.
  func knowledge(of id: ValueID) -> InferredValue { known[id.index] }

  /// Adds to what is known of a value, as a file says it of its own values.
  /// - Throws: ``ConversionError`` if it contradicts what follows from the operators.
  mutating func declare(_ id: ValueID, as type: TensorType) throws {
    let before = known[id.index].type
    guard let merged = before.merged(with: .tensor(type)) else {
      throw ConversionError(.badInput, "the file says that its result is \(type), and it is \(before)")
    }
    known[id.index].type = merged
    guard !graph[id].isConstant else { return }
    graph[id].type = merged
    graph[id].declaredType = merged
  }

  /// The constant that a value is, if it is one, however large.
  func constant(_ id: ValueID) -> Tensor? { graph[id].constant }

  /// The matrix that a value is the transpose of, if it is one of two axes.
  func transposed(_ id: ValueID) -> ValueID? {
    guard let node = makers[id.index].map({ graph.nodes[$0] }), let operation = node.operator as? Transpose,
      operation.permutation == [1, 0]
    else { return nil }
    return node.inputs[0]
  }

  /// The element type of a value.
  func elementType(of id: ValueID) throws -> ElementType {
    guard let type = known[id.index].type.tensor?.elementType else {
      throw ConversionError(.unsupported, "the element type of \(graph[id].name.quoted) is not known")
    }
    return type
  }

  /// The extents of a value, some of which may be free.
  func shape(of id: ValueID) throws -> [Dimension] {
    guard let shape = known[id.index].type.tensor?.shape else {
      let inputs = graph.inputs.map { graph[$0] }
      let open = inputs.first { $0.type.tensor?.shape == nil }?.name
      throw ConversionError(
        .unsupported, "the number of axes of \(graph[id].name.quoted) is not known",
        remedy: open.map { .giveInputShape(input: $0) })
    }
    return shape
  }

  /// The number of axes of a value.
  func rank(of id: ValueID) throws -> Int { try shape(of: id).count }

  /// The extents of a value if all are known.
  func fixedShape(of id: ValueID) -> [Int]? { known[id.index].type.tensor?.fixedShape }

  /// An axis counted from the front.
  func axis(_ axis: Int, of id: ValueID, adding more: Int = 0) throws -> Int {
    let rank = try rank(of: id) + more
    let span = max(rank, 1)
    guard -span..<span ~= axis else { throw ConversionError(.badInput, "there is no axis \(axis) among \(rank)") }
    return axis < 0 ? axis + span : axis
  }

  /// A number of the program for a value without extents: known now, if the value is.
  mutating func number(_ id: ValueID) throws -> AtenValue {
    let value = known[id.index]
    if let constant = value.constant, constant.count == 1 {
      switch constant.elementType {
      case .bool: return .bool(try constant.values(as: Int64.self)[0] != 0)
      case let type where type.isInteger: return .int(Int(try constant.values(as: Int64.self)[0]))
      default: return .float(try constant.values(as: Double.self)[0])
      }
    }
    return .scalar(id)
  }

  /// An extent of a value: a number if it is known, else a value of the graph.
  mutating func extent(_ axis: Int, of id: ValueID) throws -> AtenValue {
    let axis = try self.axis(axis, of: id)
    if case .fixed(let extent) = try shape(of: id)[axis] { return .int(extent) }
    let key = Extent(value: id, axis: axis)
    if let extent = extents[key] { return extent }
    let list = try apply(Shape(start: axis, end: axis + 1), id)
    let extent = AtenValue.scalar(try apply(Squeeze(), list, ints([0])))
    extents[key] = extent
    return extent
  }

  /// All extents of a value.
  mutating func extents(of id: ValueID) throws -> [AtenValue] {
    try (0..<rank(of: id)).map { try extent($0, of: id) }
  }

  // MARK: Nodes

  /// Applies an operator of one result.
  mutating func apply(_ operation: any Operator, _ inputs: ValueID?...) throws -> ValueID {
    try apply(operation, to: inputs, count: 1)[0]
  }

  /// Applies an operator; what depends on small constants alone is computed now.
  mutating func apply(_ operation: any Operator, to inputs: [ValueID?], count: Int) throws -> [ValueID] {
    let kind = operation.signature.name
    var arguments = inputs
    while let last = arguments.last, last == nil { arguments.removeLast() }
    try check(operation, inputs: arguments, outputCount: count)
    var node = Node("", operation, inputs: arguments, outputs: [ValueID?](repeating: nil, count: count))
    var results = try TypeInference.results(of: node, inputs: arguments.map { $0.map { known[$0.index] } })
    guard results.count >= count else {
      throw OperatorError.missingOutputs(expected: count, found: results.count)
    }
    results = try results.prefix(count).map(Self.completed)
    if operation.bodies.isEmpty, operation.isDeterministic, results.allSatisfy({ $0.constant != nil }) {
      return results.compactMap(\.constant).map { add($0, hint: "\(place.node).\(kind.lowercased())") }
    }
    let outputs = try results.map { result in
      let id = try graph.addValue(Value(uniqueName("\(place.node).\(kind.lowercased())"), type: result.type))
      graph[id].contents = result.contents
      known.append(result)
      return id
    }
    node.outputs = outputs
    node.name = nodeName()
    for id in outputs { makers[id.index] = graph.nodes.count }
    graph.nodes.append(node)
    return outputs
  }

  /// Reads an operator's settings as those in a file are read. A program computes them, and nothing else looks at them.
  private func check(_ operation: any Operator, inputs: [ValueID?], outputCount: Int) throws {
    guard operation.bodies.isEmpty else { return }
    let version = OnnxVersions.newestOperatorSet
    var writer = NodeWriter(version: version, inputs: inputs.map { $0 == nil ? nil : .some(nil) })
    guard (try? operation.write(to: &writer)) != nil, !writer.attributes.isEmpty else { return }
    var reader = NodeReader(
      version: version, inputCount: inputs.count, outputCount: outputCount,
      attributes: Dictionary(writer.attributes.map { ($0.name, $0.value) }) { first, _ in first })
    _ = try type(of: operation).init(from: &reader)
  }

  /// Adds a node that reads values of the graph by name in its bodies.
  mutating func apply(
    _ operation: any Operator, to inputs: [ValueID?], results: [InferredValue], captures: [ValueID]
  ) throws -> [ValueID] {
    let kind = operation.signature.name
    let outputs = try results.map { result in
      let id = try graph.addValue(Value(uniqueName("\(place.node).\(kind.lowercased())"), type: result.type))
      known.append(result)
      return id
    }
    graph.nodes.append(Node(nodeName(), operation, inputs: inputs, outputs: outputs, captures: captures))
    return outputs
  }

  /// A name for a node: its module's if it is the module's first, or one inside of it.
  private mutating func nodeName() -> String {
    guard !place.path.isEmpty else { return "" }
    let path = prefix + place.path
    var name = path
    if nodeNames.contains(name) {
      name = place.node.hasPrefix("\(place.path).") ? prefix + place.node : "\(path).\(place.node)"
    }
    name = name.unique { nodeNames.contains($0) }
    nodeNames.insert(name)
    return name
  }

  /// A list of integers that are all known is a constant.
  private static func completed(_ value: InferredValue) throws -> InferredValue {
    guard value.constant == nil, let contents = value.contents, let type = value.type.tensor,
      let shape = type.fixedShape, let elementType = type.elementType, elementType.isInteger
    else { return value }
    let integers = contents.compactMap(\.value)
    guard integers.count == contents.count, try Tensor.elementCount(of: shape) == integers.count else { return value }
    var value = value
    value.constant = try Tensor(integers.map(Int64.init), shape: shape).converted(to: elementType)
    return value
  }

  // MARK: Calls

  /// Performs a call. Its results are named after the place.
  /// - Parameters:
  ///   - name: such as `aten::conv2d` or `aten::relu_`.
  ///   - overload: such as `Tensor`; `nil` for the first that takes the arguments.
  /// - Throws: ``ConversionError`` naming the place, of code `unsupported` for an operator that is not known.
  mutating func perform(
    _ name: String, overload: String?, _ positional: [AtenValue], keyword: [(name: String, value: AtenValue)] = [],
    at place: Place
  ) throws -> [AtenValue] {
    let outer = self.place
    self.place = place
    defer { self.place = outer }
    let spelled = name.replacing("::", with: ".") + (overload.map { ".\($0)" } ?? "")
    do {
      let before = graph.values.count
      let results = try dispatch(name, overload, positional, keyword, spelled)
      label(results, from: before)
      return results
    } catch {
      throw ConversionError(
        outside: error, at: .init(node: "node \(place.node.quoted) (\(spelled.inSentence))"))
    }
  }

  private mutating func dispatch(
    _ name: String, _ overload: String?, _ positional: [AtenValue], _ keyword: [(name: String, value: AtenValue)],
    _ spelled: String
  ) throws -> [AtenValue] {
    var (base, isInPlace) = (name, false)
    if AtenOperators.table[name] == nil, name.hasSuffix("_"), !name.hasSuffix("__") {
      (base, isInPlace) = (String(name.dropLast()), true)
    }
    guard let build = AtenOperators.table[base], !isInPlace || !AtenOperators.reshaping.contains(base) else {
      throw ConversionError(.unsupported, "operator \(spelled.inSentence) is not supported")
    }
    if base.hasPrefix("scalar::") {
      let names = positional.indices.map { "\($0)" }
      return try build(
        AtenCall(name: name, overload: "", arguments: Dictionary(zip(names, positional)) { first, _ in first }), &self)
    }
    guard let call = AtenDeclarations.call(base, overload: overload, positional: positional, keyword: keyword) else {
      let known = (AtenDeclarations.all[base] ?? []).contains { overload == nil || $0.overload == overload }
      throw ConversionError(
        known ? .badInput : .unsupported,
        known ? "its arguments do not fit its declaration" : "operator \(spelled.inSentence) is not supported")
    }
    let results = try build(call, &self)
    return isInPlace ? [try replace(call, by: results)] : results
  }

  /// What an operator in place leaves in its first argument: the result in the type and shape that it had.
  private mutating func replace(_ call: AtenCall, by results: [AtenValue]) throws -> AtenValue {
    let target = try call.handle(call.first)
    guard case .tensor(let result)? = results.first else { return .tensor(target) }
    if result === target { return .tensor(target) }
    let before = try read(target)
    var value = try cast(read(result), to: elementType(of: before))
    if let wanted = fixedShape(of: before), let found = fixedShape(of: value), wanted != found {
      value = try expand(value, to: wanted.map { .int($0) })
    }
    try write(target, to: value)
    return .tensor(target)
  }

  /// Gives results that this call has made the name of the place.
  private mutating func label(_ results: [AtenValue], from first: Int) {
    var tensors: [AtenTensor] = []
    for result in results {
      switch result {
      case .tensor(let tensor): tensors.append(tensor)
      case .list(let items):
        for case .tensor(let tensor) in items { tensors.append(tensor) }
      default: break
      }
    }
    for (index, tensor) in tensors.enumerated() where tensor.value.index >= first {
      let wanted = prefix + (tensors.count == 1 ? place.node : "\(place.node).\(index)")
      guard graph.value(named: wanted) == nil, !wanted.isEmpty else { continue }
      graph.rename(tensor.value, to: wanted)
    }
  }

  // MARK: The end

  /// Makes values outputs; a value that is an output already, an input or a constant passes through a node of its own.
  mutating func output(_ id: ValueID, name: String) throws {
    var id = id
    if graph.outputs.contains(id) || graph.inputs.contains(id) || graph[id].isConstant {
      let source = known[id.index]
      let made = try graph.addValue(Value(uniqueName("\(name).identity"), type: source.type))
      known.append(source)
      graph.nodes.append(Node("", Identity(), inputs: [id], outputs: [made]))
      id = made
    }
    if graph[id].name != name, graph.value(named: name) == nil { graph.rename(id, to: name) }
    graph.outputs.append(id)
  }

  /// The graph without what no output needs.
  func finish() throws -> Graph {
    let result = graph.pruned()
    try result.verify()
    return result
  }
}
