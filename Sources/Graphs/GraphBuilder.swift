import CNNTensors

/// Builds a graph step by step: inputs, constants, operators applied to values, outputs.
///
/// ```swift
/// var network = GraphBuilder()
/// let image = try network.input("image", shape: ["N", 3, 32, 32])
/// let weights = try network.constant(Tensor(numbers, shape: [8, 3, 3, 3]), name: "conv.weight")
/// let features = try network.apply(Convolution(), to: image, weights, name: "features")
/// try network.output(network.apply(Relu(), to: features), name: "result")
/// let model = try Model(graph: network.graph)
/// ```
/// Names are unique in a graph; values that get none are named after their operator. Types and shapes follow when a model
/// is made of the graph.
public struct GraphBuilder: Sendable {
  /// What has been built so far.
  public private(set) var graph: Graph

  /// Starts with an empty graph.
  public init(name: String = "") { graph = Graph(name: name) }

  /// Adds an input that each run is given.
  /// - Parameter shape: the extents; a name, such as `"N"`, stands for one that each run is free to choose.
  /// - Throws: ``ConversionError`` if the name is taken.
  public mutating func input(
    _ name: String, _ elementType: ElementType = .float32, shape: [Dimension]
  ) throws(ConversionError) -> ValueID {
    let type = ValueType.tensor(elementType, shape)
    let id = try graph.addValue(Value(name, type: type))
    graph[id].declaredType = type
    graph.inputs.append(id)
    return id
  }

  /// Adds a constant, such as a layer's weights.
  /// - Throws: ``ConversionError`` if the name is taken.
  public mutating func constant(_ tensor: Tensor, name: String? = nil) throws(ConversionError) -> ValueID {
    guard let name else { return graph.addConstant(tensor, hint: "constant") }
    return try graph.addValue(Value(name, type: .tensor(TensorType(of: tensor)), constant: tensor))
  }

  /// Applies an operator that has one output.
  /// - Parameters:
  ///   - inputs: its arguments in order; `nil` leaves an optional one out.
  ///   - name: the result's name, and the node's.
  /// - Throws: ``ConversionError`` if the name is taken, or an input is none of this graph.
  public mutating func apply(
    _ operation: any Operator, to inputs: ValueID?..., name: String? = nil
  ) throws(ConversionError) -> ValueID {
    try apply(operation, to: inputs, names: [name ?? ""])[0]
  }

  /// Applies an operator that has several outputs, or any number of inputs.
  /// - Parameters:
  ///   - inputs: its arguments in order; `nil` leaves an optional one out.
  ///   - names: a name for each output; an empty one is replaced by a name after the operator.
  /// - Returns: a value for each name.
  /// - Throws: ``ConversionError`` if a name is taken, or an input is none of this graph.
  public mutating func apply(
    _ operation: any Operator, to inputs: [ValueID?], names: [String]
  ) throws(ConversionError) -> [ValueID] {
    let kind = operation.signature.name
    for id in inputs.compactMap(\.self) where !graph.contains(id) {
      throw ConversionError(.usage, "\(kind) is applied to a value of another graph")
    }
    var outputs: [ValueID] = []
    for name in names {
      outputs.append(try graph.addValue(Value(name.isEmpty ? graph.uniqueName(kind.lowercased()) : name)))
    }
    graph.nodes.append(Node(names.first ?? "", operation, inputs: inputs, outputs: outputs))
    return outputs
  }

  /// Makes a value the graph's next output.
  /// - Parameter name: another name for the value.
  /// - Throws: ``ConversionError`` if the value is none of this graph, or the name is taken.
  public mutating func output(_ id: ValueID, name: String? = nil) throws(ConversionError) {
    guard graph.contains(id) else { throw ConversionError(.usage, "an output is a value of another graph") }
    if let name, name != graph[id].name {
      guard graph.value(named: name) == nil else {
        throw ConversionError(.usage, "two values have the name \(name.quoted)", at: .init(tensor: name))
      }
      graph.rename(id, to: name)
    }
    graph.outputs.append(id)
  }
}
