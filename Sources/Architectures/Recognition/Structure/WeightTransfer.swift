import CNNGraphs
import CNNOperators
import CNNTensors

/// Gives the weights of a network's drawing the constants of a graph, layer by layer.
struct WeightTransfer {
  let drawn: LayerGraph
  let found: LayerGraph
  private let title: String
  var tensors: [ValueID: Tensor] = [:]
  private var folded = 0
  private var missingBiases = 0
  private var otherEpsilons = 0

  /// - Parameter title: the network's name in prose.
  init(to drawn: LayerGraph, from found: LayerGraph, title: String) {
    (self.drawn, self.found, self.title) = (drawn, found, title)
  }

  /// What was written otherwise than it stood in the graph.
  var remarks: [String] {
    [
      folded == 0
        ? nil
        : "\(folded) batch normalizations had been folded into convolutions; they are written as ones that change nothing",
      missingBiases == 0 ? nil : "\(missingBiases) biases are not there; they are written as zeros",
      otherEpsilons == 0
        ? nil : "\(otherEpsilons) batch normalizations have another epsilon; running variances make up for it",
    ].compactMap(\.self)
  }

  /// Transfers the weights of a layer to the layer that it is in the drawing.
  /// - Throws: ``ConversionError`` if the graph's layer computes what the drawing's cannot.
  mutating func transfer(_ layer: Int, to counterpart: Int) throws {
    let (source, target) = (found.layers[layer], drawn.layers[counterpart])
    guard source.epsilon == target.epsilon else {
      throw misfit("epsilon is \(source.epsilon ?? 0), not \(target.epsilon ?? 0)", source)
    }
    for (stored, operand) in zip(source.operands, target.operands) { try give(stored, to: operand, in: source) }
    if let weight = target.weight, let stored = source.weight {
      if source.isTransposed == target.isTransposed {
        try give(stored, to: weight, in: source)
      } else {
        tensors[weight] = try constant(stored).transposed([1, 0])
      }
    }
    if let key = target.bias, let stored = source.bias, !drawn.wiring.isWeight(key) {
      return try give(stored, to: key, in: source)
    }
    var bias = try source.bias.map { try constant($0).reshaped([target.channels]) }
    if let key = target.bias {
      if bias == nil { missingBiases += 1 }
      tensors[key] = try bias ?? numbers(0, like: target, source)
      bias = nil
    } else if let tensor = bias, source.normalization != nil || target.normalization == nil {
      guard try tensor.values(as: Double.self).allSatisfy({ $0 == 0 }) else {
        throw misfit("this layer has no bias there", source)
      }
    }
    switch (target.normalization, source.normalization) {
    case (nil, nil): break
    case (nil, _?): throw misfit("no batch normalization follows on this layer there", source)
    case (let target?, let source?): try copy(source, to: target)
    case (let normalization?, nil):
      folded += 1
      // Divided by √(1 + epsilon), the factor is 1.
      tensors[normalization.scale] = try numbers((1 + Double(normalization.epsilon)).squareRoot(), like: target, source)
      tensors[normalization.shift] = try bias ?? numbers(0, like: target, source)
      tensors[normalization.mean] = try numbers(0, like: target, source)
      tensors[normalization.variance] = try numbers(1, like: target, source)
    }
  }

  private mutating func copy(
    _ source: WeightedLayer.Normalization, to target: WeightedLayer.Normalization
  ) throws {
    tensors[target.scale] = try constant(source.scale)
    tensors[target.shift] = try constant(source.shift)
    tensors[target.mean] = try constant(source.mean)
    let variance = try constant(source.variance)
    tensors[target.variance] = variance
    guard source.epsilon != target.epsilon else { return }
    otherEpsilons += 1
    let difference = Double(source.epsilon) - Double(target.epsilon)
    tensors[target.variance] = try Tensor(
      variance.values(as: Double.self).map { $0 + difference }, shape: variance.shape
    ).converted(to: variance.elementType)
  }

  /// One number for each channel, of the type of the layer's weights.
  private func numbers(_ number: Double, like target: WeightedLayer, _ source: WeightedLayer) throws -> Tensor {
    let type = try (source.bias ?? source.weight).map { try constant($0).elementType } ?? .float32
    return try Tensor(Array(repeating: number, count: target.channels), shape: [target.channels]).converted(to: type)
  }

  func constant(_ id: ValueID) throws -> Tensor {
    guard let tensor = try found.wiring.tensor(of: id) else {
      let name = found.graph[id].name
      throw ConversionError(.unsupported, "weights are computed when the graph runs", at: .init(tensor: name))
    }
    return tensor
  }

  func misfit(_ what: String, _ layer: WeightedLayer) -> ConversionError {
    ConversionError(
      .unsupported, "the graph has the layers of \(title), but \(what)",
      at: .init(node: layer.node.map { found.graph.describe(found.graph.nodes[$0]) }))
  }
}
