import CNNGraphs
import CNNOperators
import CNNTensors

/// A graph written down node by node, with weights and inputs drawn from a seed.
package struct GraphSketch {
  /// The graph so far.
  package private(set) var graph = Graph(name: "g")
  /// A value for each input that has one, in order.
  package private(set) var inputs: [Tensor] = []
  private var random: SplitMix

  /// An empty graph.
  package init(seed: Int = 1) { random = SplitMix(seed: seed) }

  // MARK: Values

  /// An input that is this tensor.
  package mutating func input(_ tensor: Tensor, _ name: String = "x") throws -> ValueID {
    inputs.append(tensor)
    return try freeInput(tensor.shape.map(Dimension.fixed), name, tensor.elementType)
  }

  /// An input of random numbers.
  package mutating func input(_ shape: [Int], _ name: String = "x", scale: Double = 1) throws -> ValueID {
    try input(random.tensor(shape, scale: scale), name)
  }

  /// An input whose value is not drawn here.
  package mutating func freeInput(
    _ shape: [Dimension], _ name: String = "x", _ type: ElementType = .float32
  ) throws -> ValueID {
    var value = Value(name, type: .tensor(type, shape))
    value.declaredType = value.type
    let id = try graph.addValue(value)
    graph.inputs.append(id)
    return id
  }

  /// A stored constant.
  package mutating func constant(_ tensor: Tensor, _ hint: String = "constant") -> ValueID {
    graph.addConstant(tensor, hint: hint)
  }

  /// A stored number.
  package mutating func number(_ value: Float, _ shape: [Int] = []) throws -> ValueID {
    constant(try Tensor([value], shape: shape), "number")
  }

  /// Stored integers.
  package mutating func integers(_ values: [Int]) throws -> ValueID {
    constant(try Tensor(values.map { Int64($0) }, shape: [values.count]), "integers")
  }

  /// Stored numbers from `-scale` to `scale`.
  package mutating func weights(_ shape: [Int], scale: Double = 1, _ hint: String = "weight") throws -> ValueID {
    constant(try random.tensor(shape, scale: scale), hint)
  }

  /// Renames a value.
  package mutating func rename(_ id: ValueID, _ name: String) { graph.rename(id, to: name) }

  /// Says what a file would say of a value's type.
  package mutating func declare(_ id: ValueID, _ type: ValueType) { graph[id].declaredType = type }

  // MARK: Nodes

  /// A node of one result.
  @discardableResult
  package mutating func node(_ operation: any Operator, _ inputs: ValueID?..., name: String = "") throws -> ValueID {
    try nodes(operation, inputs, outputs: 1, name: name)[0]
  }

  /// A node of several results.
  package mutating func nodes(
    _ operation: any Operator, _ inputs: [ValueID?], outputs count: Int, name: String = ""
  ) throws -> [ValueID] {
    var outputs: [ValueID] = []
    for _ in 0..<count { outputs.append(try graph.addValue(Value(""))) }
    graph.nodes.append(Node(name, operation, inputs: inputs, outputs: outputs))
    return outputs
  }

  /// A node of one result that bears the node's name.
  package mutating func named(_ operation: any Operator, _ inputs: [ValueID?], _ name: String) throws -> ValueID {
    let result = try nodes(operation, inputs, outputs: 1, name: name)[0]
    if !name.isEmpty { rename(result, name) }
    return result
  }

  /// Lets the last node's bodies read values of this graph.
  package mutating func capture(_ values: [ValueID]) { graph.nodes[graph.nodes.count - 1].captures = values }

  // MARK: The end

  /// Makes values the results, by the names `y`, `y1`, …, and infers all types. An input keeps its name.
  package mutating func end(_ outputs: [ValueID]) throws {
    for (index, id) in outputs.enumerated() where !graph.inputs.contains(id) {
      graph.rename(id, to: index == 0 ? "y" : "y\(index)")
    }
    graph.outputs = outputs
    try graph.verify()
    var inference = TypeInference()
    try inference.infer(&graph)
  }
}
