import CNNGraphs
import CNNOperators
import CNNTensors

/// A graph and a value for each of its inputs.
struct Sample {
  var graph: Graph
  var inputs: [Tensor]
}

/// A graph written down node by node, with weights and inputs drawn from a seed.
struct GraphSketch {
  private(set) var graph = Graph(name: "g")
  private(set) var inputs: [Tensor] = []
  private var random: SplitMix

  init(seed: Int = 1) { random = SplitMix(seed: seed) }

  // MARK: Values

  /// An input that is this tensor.
  mutating func input(_ tensor: Tensor, _ name: String = "x") throws -> ValueID {
    inputs.append(tensor)
    return try freeInput(tensor.shape.map(Dimension.fixed), name, tensor.elementType)
  }

  /// An input of random numbers.
  mutating func input(_ shape: [Int], _ name: String = "x", scale: Double = 1) throws -> ValueID {
    try input(random.tensor(shape, scale: scale), name)
  }

  /// An input whose value is not drawn here.
  mutating func freeInput(
    _ shape: [Dimension], _ name: String = "x", _ type: ElementType = .float32
  ) throws -> ValueID {
    var value = Value(name, type: .tensor(type, shape))
    value.declaredType = value.type
    let id = try graph.addValue(value)
    graph.inputs.append(id)
    return id
  }

  mutating func constant(_ tensor: Tensor) -> ValueID { graph.addConstant(tensor, hint: "constant") }

  mutating func number(_ value: Float, _ shape: [Int] = []) throws -> ValueID {
    graph.addConstant(try Tensor([value], shape: shape), hint: "number")
  }

  mutating func integers(_ values: [Int]) throws -> ValueID {
    graph.addConstant(try Tensor(values.map { Int64($0) }, shape: [values.count]), hint: "integers")
  }

  mutating func weights(_ shape: [Int], scale: Double = 1) throws -> ValueID {
    graph.addConstant(try random.tensor(shape, scale: scale), hint: "weight")
  }

  mutating func rename(_ id: ValueID, _ name: String) { graph.rename(id, to: name) }

  /// Says what a file would say of a value's type.
  mutating func declare(_ id: ValueID, _ type: ValueType) { graph[id].declaredType = type }

  // MARK: Nodes

  /// A node of one result.
  mutating func node(_ operation: any Operator, _ inputs: ValueID?..., name: String = "") throws -> ValueID {
    try nodes(operation, inputs, outputs: 1, name: name)[0]
  }

  /// A node of several results.
  mutating func nodes(
    _ operation: any Operator, _ inputs: [ValueID?], outputs count: Int, name: String = ""
  ) throws -> [ValueID] {
    var outputs: [ValueID] = []
    for _ in 0..<count { outputs.append(try graph.addValue(Value(""))) }
    graph.nodes.append(Node(name, operation, inputs: inputs, outputs: outputs))
    return outputs
  }

  /// Lets the last node's bodies read values of this graph.
  mutating func capture(_ values: [ValueID]) { graph.nodes[graph.nodes.count - 1].captures = values }

  /// A convolution of `inputs` by `outputs` channels; results are about as large as three times the input.
  mutating func convolution(
    _ x: ValueID, _ inputs: Int, _ outputs: Int, kernel: [Int], window: SpatialWindow = SpatialWindow(),
    groups: Int = 1, bias: Bool = false, name: String = ""
  ) throws -> ValueID {
    let depth = inputs / groups * kernel.reduce(1, *)
    let weight = try weights([outputs, inputs / groups] + kernel, scale: 3 / Double(depth).squareRoot())
    let addend = bias ? try weights([outputs]) : nil
    return try node(Convolution(window: window, groups: groups), x, weight, addend, name: name)
  }

  /// A linear layer as PyTorch stores it.
  mutating func linear(_ x: ValueID, _ inputs: Int, _ outputs: Int, name: String = "") throws -> ValueID {
    let weight = try weights([outputs, inputs], scale: 3 / Double(inputs).squareRoot())
    return try node(GeneralMatrixMultiplication(transposesB: true), x, weight, weights([outputs]), name: name)
  }

  /// A normalization with statistics unlike 0 and 1, and factors of both signs.
  mutating func normalization(_ x: ValueID, _ channels: Int, name: String = "") throws -> ValueID {
    let variance = constant(
      try Tensor((0..<channels).map { 0.5 + Float(($0 * 37 + 11) % 29) / 29 }, shape: [channels]))
    return try node(
      BatchNormalization(epsilon: 1e-3), x, weights([channels]), weights([channels]), weights([channels]), variance,
      name: name)
  }

  /// Makes values the results, by the names `y`, `y1`, ….
  mutating func finish(_ outputs: ValueID...) throws -> Sample { try finish(all: outputs) }

  /// Makes values the results, by the names `y`, `y1`, ….
  mutating func finish(all outputs: [ValueID]) throws -> Sample {
    for (place, id) in outputs.enumerated() { graph.rename(id, to: place == 0 ? "y" : "y\(place)") }
    graph.outputs = outputs
    try graph.verify()
    var inference = TypeInference()
    try inference.infer(&graph)
    return Sample(graph: graph, inputs: inputs)
  }
}

extension SpatialWindow {
  /// A window with the same padding on all four sides.
  static func padded(_ pad: Int, stride: Int = 1) -> SpatialWindow {
    SpatialWindow(strides: [stride, stride], pads: [pad, pad, pad, pad])
  }
}
