import CNNGraphs
import CNNOperators
import CNNTensors

/// A graph that is being drawn. Each node is run when it is added, so that later ones know what they read.
package struct GraphDrawing {
  /// Why a node was not taken.
  struct Refused: Error { let reason: String }

  /// The graph so far.
  private(set) var graph = Graph(name: "random")
  /// A value for each input.
  private(set) var inputs: [Tensor] = []
  /// What nodes may read.
  private(set) var values: [DrawnValue] = []
  /// Optionals, which operators of tensors do not read.
  private var optionals: Set<ValueID> = []
  let flavour: Flavour
  var choices: Choices

  /// The most elements of a value.
  private static let mostElements = 60_000

  init(_ flavour: Flavour, _ choices: Choices) { (self.flavour, self.choices) = (flavour, choices) }

  // MARK: Values

  /// A value that fits: one that is there, if there is one and the choice is for it, or a new one.
  /// - Parameters:
  ///   - isExact: true for operators whose results jump, such as comparisons.
  ///   - fits: whether a shape is right.
  ///   - shape: the shape of a new value.
  mutating func operand(
    _ types: [ElementType], isExact: Bool = false, _ fits: ([Int]) -> Bool = { _ in true },
    new shape: (inout GraphDrawing) -> [Int] = { $0.shape() }
  ) throws -> DrawnValue {
    let fitting = values.filter { value in
      value.value.tensor != nil && !optionals.contains(value.id) && types.contains(value.type)
        && (value.isExact || !isExact) && fits(value.shape)
    }
    if !fitting.isEmpty, choices.chance(0.85) {
      // The newest one as a rule, so that graphs are deep.
      return choices.chance(0.6) ? fitting[fitting.count - 1] : choices.pick(fitting)
    }
    let type = choices.chance(0.5) ? types[0] : choices.pick(types)
    var extents = shape(&self)
    // Whoever asks for no empty tensor gets none.
    if !fits(extents) { extents = extents.map { max($0, 1) } }
    guard fits(extents) else { throw Refused(reason: "no shape") }
    return try fresh(type, extents)
  }

  /// A new input or constant of drawn elements.
  mutating func fresh(_ type: ElementType, _ shape: [Int], isConstant: Bool? = nil) throws -> DrawnValue {
    var random = choices.elements()
    let tensor = try DrawnElements.tensor(type, shape, isWild: flavour == .wild, &random)
    return try isConstant ?? choices.chance(0.35) ? constant(tensor) : input(tensor)
  }

  /// A stored tensor.
  mutating func constant(_ tensor: Tensor) -> DrawnValue {
    add(graph.addConstant(tensor, hint: "c"), .tensor(tensor), isExact: true)
  }

  /// A tensor that each run is given.
  mutating func input(_ tensor: Tensor) throws -> DrawnValue {
    var shape = tensor.shape.map(Dimension.fixed)
    let name = graph.uniqueName("x")
    if !shape.isEmpty, choices.chance(0.1) { shape[0] = .symbol("\(name)_n") }
    let type = ValueType.tensor(tensor.elementType, shape)
    let id = try graph.addValue(Value(name, type: type))
    graph[id].declaredType = type
    graph.inputs.append(id)
    inputs.append(tensor)
    return add(id, .tensor(tensor), isExact: true)
  }

  /// Integers that say what a node is to do: a constant, or now and then an input.
  mutating func integers(_ numbers: [Int], _ type: ElementType = .int64, shape: [Int]? = nil) throws -> DrawnValue {
    let tensor = try Tensor(numbers.map { Int64($0) }, shape: shape ?? [numbers.count]).converted(to: type)
    return choices.chance(0.1) ? try input(tensor) : constant(tensor)
  }

  /// One number that says what a node is to do.
  mutating func number(_ number: Double, _ type: ElementType, shape: [Int] = []) throws -> DrawnValue {
    constant(try Tensor([number], shape: shape).converted(to: type))
  }

  private mutating func add(_ id: ValueID, _ value: RuntimeValue, isExact: Bool) -> DrawnValue {
    let drawn = DrawnValue(id: id, value: value, isExact: isExact)
    values.append(drawn)
    return drawn
  }

  // MARK: Shapes

  /// A shape of these ranks, now and then with an extent of 0.
  mutating func shape(rank: ClosedRange<Int> = 0...5) -> [Int] {
    let rank = rank.lowerBound + choices.pick([2, 3, 1, 4, 2, 3, 0, 5]) % rank.count
    return (0..<rank).map { _ in extent() }
  }

  /// An extent.
  mutating func extent() -> Int {
    if flavour != .network, choices.chance(0.02) { return 0 }
    return choices.pick([2, 3, 1, 4, 5, 7])
  }

  /// Images: batch, channels, and spatial extents.
  mutating func imageShape(_ spatial: ClosedRange<Int> = 2...2) -> [Int] {
    let rank = choices.pick(spatial)
    let extents = (0..<rank).map { _ in choices.pick(rank == 3 ? [2, 3, 4, 5] : [5, 3, 4, 7, 8, 1, 2, 11, 13, 16]) }
    return [choices.pick([1, 1, 2, 3]), channels()] + extents
  }

  /// Numbers of channels around the engine's blocks of 16.
  mutating func channels() -> Int { choices.pick([3, 4, 1, 2, 5, 8, 16, 7, 15, 17, 24, 32, 33]) }

  /// A shape that can be broadcast to another one.
  mutating func broadcastable(to shape: [Int]) -> [Int] {
    var result = Array(shape.dropFirst(choices.chance(0.3) ? choices.below(shape.count + 1) : 0))
    for index in result.indices where choices.chance(0.25) { result[index] = 1 }
    return result
  }

  /// An axis of a rank above 0, now and then counted from the back.
  mutating func axis(_ rank: Int) -> (given: Int, index: Int) {
    let index = choices.below(rank)
    return (choices.chance(0.3) ? index - rank : index, index)
  }

  // MARK: Nodes

  /// Adds a node of one result; see ``results(_:_:_:outputs:moves:)``.
  @discardableResult
  mutating func apply(
    _ name: String, _ inputs: [DrawnValue?], _ attributes: [String: Attribute] = [:], moves: Bool = false
  ) throws -> DrawnValue {
    try results(name, inputs, attributes, outputs: 1, moves: moves)[0]
  }

  /// Adds a node, which is run at once.
  /// - Parameter moves: true if its results have the bits of its inputs, or else are of exact arithmetic.
  /// - Throws: what the operator does if it does not take these inputs.
  @discardableResult
  mutating func results(
    _ name: String, _ inputs: [DrawnValue?], _ attributes: [String: Attribute] = [:], outputs count: Int,
    moves: Bool = false, captures: [DrawnValue] = []
  ) throws -> [DrawnValue] {
    guard let type = OperatorRegistry.standard.type(domain: "", name: name) else {
      throw Refused(reason: "no operator \(name)")
    }
    let version = type.signature.versions.last ?? 1
    var reader = NodeReader(
      version: version, inputCount: inputs.count, outputCount: count, attributes: attributes)
    let operation = try type.init(from: &reader)
    try reader.finish()
    return try results(operation, inputs, outputs: count, moves: moves, captures: captures)
  }

  private mutating func results(
    _ operation: any Operator, _ inputs: [DrawnValue?], outputs count: Int, moves: Bool, captures: [DrawnValue]
  ) throws -> [DrawnValue] {
    var captured: [String: RuntimeValue] = [:]
    for value in captures { captured[graph[value.id].name] = value.value }
    let scope = captured
    let context = EvaluationContext(inputs: inputs.map { $0?.value }, outputCount: count) { body, arguments in
      try ReferenceEvaluator(body).run(arguments, captured: scope)
    }
    let made = try operation.evaluate(context)
    guard made.count >= count else { throw Refused(reason: "too few results") }
    guard made.allSatisfy({ ($0.tensor?.count ?? 0) <= Self.mostElements }) else { throw Refused(reason: "too large") }
    let isExact = inputs.allSatisfy { $0?.isExact ?? true } && captures.allSatisfy(\.isExact)
    let ids = try (0..<count).map { _ in try graph.addValue(Value(graph.uniqueName("v"))) }
    graph.nodes.append(
      Node(
        "n\(graph.nodes.count)", operation, inputs: inputs.map { $0?.id }, outputs: ids, captures: captures.map(\.id)))
    if operation is OptionalConstruct { optionals.formUnion(ids) }
    return zip(ids, made).map { id, value in
      add(id, value, isExact: isExact && (moves || !(value.tensor?.elementType.isFloatingPoint ?? true)))
    }
  }

  /// The name of a value, for bodies that read it.
  func name(of value: DrawnValue) -> String { graph[value.id].name }

  // MARK: The end

  /// The graph with its outputs: every result that no node reads, and now and then one that is read.
  mutating func finished() -> (graph: Graph, inputs: [Tensor], exact: Set<ValueID>) {
    var read = Set<ValueID>()
    for node in graph.nodes { read.formUnion(node.inputs.compactMap(\.self) + node.captures) }
    let made = Set(graph.nodes.flatMap(\.outputs).compactMap(\.self))
    var outputs: [ValueID] = []
    for value in values where made.contains(value.id) && value.value.tensor != nil {
      if !read.contains(value.id) || choices.chance(0.1) { outputs.append(value.id) }
    }
    graph.outputs = outputs
    return (graph, inputs, Set(values.filter(\.isExact).map(\.id)))
  }
}
