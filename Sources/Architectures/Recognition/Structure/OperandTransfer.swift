import CNNGraphs
import CNNOperators
import CNNTensors

/// Weights that a drawing does not use as they are, but computes something of: a table of biases that is gathered from, say.
///
/// An exporter writes the same computation, or its result. A result gives the weights back if it only copies them.
extension WeightTransfer {
  /// More elements have no exact numbers in `float32`.
  private static let countLimit = 1 << 24

  /// Gives what a constant of a drawing is computed of the elements of a constant of the graph.
  mutating func give(_ source: ValueID, to target: ValueID, in layer: WeightedLayer) throws {
    let (source, target) = (found.wiring.source(of: source), drawn.wiring.source(of: target))
    if drawn.wiring.isWeight(target) {
      return try set(target, to: constant(source), in: layer)
    }
    guard let node = drawn.wiring.maker(of: target) else {
      return try compare(drawn.graph[target].constant, with: source, in: layer)
    }
    if let other = found.wiring.maker(of: source), node.settings == other.settings,
      node.inputs.count == other.inputs.count
    {
      return try giveInputs(of: other, to: node, in: layer)
    }
    try giveResult(source, to: target, in: layer)
  }

  private mutating func giveInputs(of source: Node, to target: Node, in layer: WeightedLayer) throws {
    func give(_ inputs: [ValueID?], _ transfer: inout WeightTransfer) throws {
      for case (let input?, let weight?) in zip(inputs, target.inputs) {
        try transfer.give(input, to: weight, in: layer)
      }
    }
    let before = self
    do {
      try give(source.inputs, &self)
    } catch  where source.operator is Add || source.operator is Multiply {
      self = before
      try give(source.inputs.reversed(), &self)
    }
  }

  /// Gives a result: one that was worked out when the graph was written, or that is computed otherwise.
  private mutating func giveResult(_ source: ValueID, to target: ValueID, in layer: WeightedLayer) throws {
    let weights = drawn.wiring.weights(of: target)
    if weights.isEmpty { return try compare(drawn.wiring.tensor(of: target), with: source, in: layer) }
    var graph = drawn.wiring.computation(of: target)
    guard weights.count == 1, let weight = weights.first, graph.nodes.allSatisfy({ $0.operator.copies }),
      let shape = drawn.graph[weight].type.tensor?.fixedShape, let count = try? Tensor.elementCount(of: shape),
      count < Self.countLimit
    else { throw misfit("weights cannot be told from what was computed of them", layer) }
    graph[weight].constant = try Tensor((0..<count).map(Float.init), shape: shape)
    let places = try ReferenceEvaluator(graph).run([]).first?.tensor?.elements(as: Float.self) ?? []
    let tensor = try constant(source)
    let numbers = try tensor.values(as: Double.self)
    guard places.count == numbers.count else { throw misfit("weights have another shape there", layer) }
    var elements = [Double?](repeating: nil, count: count)
    for (place, number) in zip(places, numbers) {
      if let known = elements[Int(place)], known != number, !(known.isNaN && number.isNaN) {
        throw misfit("what stands in several places there differs", layer)
      }
      elements[Int(place)] = number
    }
    let known = elements.compactMap(\.self)
    guard known.count == count else { throw misfit("weights that nothing is computed of are not in the graph", layer) }
    try set(weight, to: Tensor(known, shape: shape).converted(to: tensor.elementType), in: layer)
  }

  /// Sets a weight; one that several layers share must be the same in all.
  private mutating func set(_ weight: ValueID, to tensor: Tensor, in layer: WeightedLayer) throws {
    let shape = drawn.graph[weight].type.tensor?.fixedShape ?? tensor.shape
    guard try Tensor.elementCount(of: shape) == tensor.count else {
      throw misfit("weights have another shape there", layer)
    }
    if let known = tensors[weight], !known.agrees(with: tensor) {
      throw misfit("it shares its weights with others there", layer)
    }
    tensors[weight] = try tensor.reshaped(shape)
  }

  private func compare(_ expected: Tensor?, with source: ValueID, in layer: WeightedLayer) throws {
    guard let expected, try expected.agrees(with: constant(source)) else {
      throw misfit("it computes with other numbers there", layer)
    }
  }
}

extension Node {
  /// The operator's name and attributes.
  fileprivate var settings: [String] {
    var writer = NodeWriter(version: .max, inputs: [])
    try? self.operator.write(to: &writer)
    return [self.operator.signature.name] + writer.attributes.map { "\($0.name)=\($0.value)" }.sorted()
  }
}

extension Operator {
  /// True if every element of the result is one of the first input's.
  fileprivate var copies: Bool {
    self is Gather || self is Reshape || self is Transpose || self is Slicing || self is Squeeze || self is Unsqueeze
      || self is Identity
  }
}
