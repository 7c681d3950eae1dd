import CNNGraphs
import CNNOperators
import CNNPasses
import CNNTensors
import Testing

/// A graph written down node by node.
struct GraphSketch {
  private(set) var graph = Graph(name: "g")
  private var random = SplitMix(state: 7)

  /// An input of the graph.
  mutating func input(_ shape: [Dimension], _ name: String = "x", _ type: ElementType = .float32) throws -> ValueID {
    var value = Value(name, type: .tensor(type, shape))
    value.declaredType = value.type
    let id = try graph.addValue(value)
    graph.inputs.append(id)
    return id
  }

  /// A stored constant.
  mutating func constant(_ tensor: Tensor, _ hint: String = "constant") -> ValueID {
    graph.addConstant(tensor, hint: hint)
  }

  /// A stored number.
  mutating func number(_ value: Float, _ shape: [Int] = []) throws -> ValueID {
    graph.addConstant(try Tensor([value], shape: shape), hint: "number")
  }

  /// Stored integers.
  mutating func integers(_ values: [Int64]) throws -> ValueID {
    graph.addConstant(try Tensor(values, shape: [values.count]), hint: "integers")
  }

  /// Stored numbers between -1 and 1.
  mutating func weights(_ shape: [Int], _ hint: String = "weight") throws -> ValueID {
    graph.addConstant(try Tensor.random(shape, &random), hint: hint)
  }

  /// A node of one result.
  @discardableResult
  mutating func node(_ operation: any Operator, _ inputs: ValueID?..., name: String = "") throws -> ValueID {
    try nodes(operation, inputs, outputs: 1, name: name)[0]
  }

  /// A node of several results.
  mutating func nodes(
    _ operation: any Operator, _ inputs: [ValueID?], outputs count: Int, name: String = ""
  ) throws -> [ValueID] {
    let outputs = try (0..<count).map { _ in try graph.addValue(Value("")) }
    graph.nodes.append(Node(name, operation, inputs: inputs, outputs: outputs))
    return outputs
  }

  /// Makes values the results, by the names `y`, `y1`, ….
  mutating func finish(_ outputs: ValueID...) throws -> Graph {
    for (place, id) in outputs.enumerated() where graph.producer(id) {
      graph.rename(id, to: place == 0 ? "y" : "y\(place)")
    }
    graph.outputs = outputs
    try graph.verify()
    var inference = TypeInference()
    try inference.infer(&graph)
    return graph
  }

  /// Renames a value.
  mutating func rename(_ id: ValueID, _ name: String) { graph.rename(id, to: name) }
}

extension Graph {
  fileprivate func producer(_ id: ValueID) -> Bool { nodes.contains { $0.outputs.contains(id) } }

  /// The nodes' operators in order.
  var operators: [String] { nodes.map(\.operator.signature.name) }

  /// The results on random inputs, open extents being 2.
  func results(seed: UInt64 = 3, extent: Int = 2) throws -> [Tensor] {
    var random = SplitMix(state: seed)
    let values = try inputs.map { id -> RuntimeValue? in
      guard !self[id].isConstant, let type = self[id].type.tensor, let shape = type.shape else { return nil }
      let extents = shape.map { $0.value ?? extent }
      return .tensor(try Tensor.random(extents, &random, scale: 4).converted(to: type.elementType ?? .float32))
    }
    return try ReferenceEvaluator(self).run(values).compactMap(\.tensor)
  }
}

extension Tensor {
  fileprivate static func random(_ shape: [Int], _ random: inout SplitMix, scale: Double = 1) throws -> Tensor {
    try Tensor(.float32, shape: shape) { (target: UnsafeMutableBufferPointer<Float>) in
      for i in target.indices { target[i] = Float(scale * (2 * random.uniform() - 1)) }
    }
  }
}

/// Runs passes, expects the same results as before, and gives the graph and what was refused.
/// - Parameter tolerance: the largest difference, relative to the largest magnitude.
func rewritten(
  _ graph: Graph, _ passes: any Pass..., operatorSet: Int = 25, tolerance: Double = 1e-5,
  location: SourceLocation = #_sourceLocation
) throws -> (graph: Graph, refusals: [String]) {
  try rewritten(graph, passes, operatorSet: operatorSet, tolerance: tolerance, location: location)
}

/// Runs passes, expects the same results as before, and gives the graph and what was refused.
func rewritten(
  _ graph: Graph, _ passes: [any Pass], operatorSet: Int = 25, tolerance: Double = 1e-5,
  location: SourceLocation = #_sourceLocation
) throws -> (graph: Graph, refusals: [String]) {
  var result = graph
  let report = try PassDriver(passes, operatorSet: operatorSet).run(&result)
  #expect(result.outputs.map { result[$0].name } == graph.outputs.map { graph[$0].name }, sourceLocation: location)
  for extent in [1, 2, 3] {
    for (before, after) in zip(try graph.results(extent: extent), try result.results(extent: extent)) {
      #expect(before.shape == after.shape && before.elementType == after.elementType, sourceLocation: location)
      let (a, b) = (try before.values(as: Double.self), try after.values(as: Double.self))
      let scale = a.reduce(1e-3) { max($0, $1.magnitude) }
      let difference = zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
      #expect(difference <= tolerance * scale, sourceLocation: location)
    }
  }
  return (result, report.refusals.map(\.reason))
}

/// SplitMix64, so that every run is alike.
struct SplitMix {
  var state: UInt64

  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}

/// What is made of one input, and which nodes it should become.
struct Sample: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let shape: [Dimension]
  let build: @Sendable (inout GraphSketch, ValueID) throws -> ValueID
  let expected: [String]

  init(
    _ name: String, _ shape: [Dimension] = [.symbol("N"), 4, 3, 3], becomes expected: [String],
    _ build: @escaping @Sendable (inout GraphSketch, ValueID) throws -> ValueID
  ) {
    (testDescription, self.shape, self.expected, self.build) = (name, shape, expected, build)
  }

  /// The graph that ends in what is made.
  func graph() throws -> Graph {
    var sketch = GraphSketch()
    let x = try sketch.input(shape)
    return try sketch.finish(build(&sketch, x))
  }
}
