import CNNGraphs
import CNNOperators

/// The layers of a graph by the shapes of their weights, as far as they tell one architecture from another.
struct LayerInventory: Sendable {
  /// What tells apart networks whose layers are the same.
  enum Detail: Hashable, Sendable {
    /// A convolution that strides.
    case stride(LayerShape, [Int])
    /// A convolution that strides and pads more at the end, as TensorFlow does.
    case unevenPadding
    /// A convolution with a bias.
    case bias
    /// A normalization with this epsilon.
    case epsilon(Float)
    /// A sum of two computed maps.
    case sum
    /// Factors for the features at each place, as many, as of a normalization over them.
    case factors(Int)
  }

  /// The layers in the graph's order.
  let layers: [LayerShape]
  /// How often each layer occurs.
  let counts: [LayerShape: Int]
  /// The number of batch normalizations, which may have been folded into convolutions.
  let normalizations: Int
  /// How often each detail occurs.
  private let details: [Detail: Int]

  /// How much two inventories of the same layers differ otherwise; the number of normalizations counts most.
  func difference(from other: LayerInventory) -> Int {
    let kinds = Set(details.keys).union(other.details.keys)
    let finer = kinds.reduce(0) { $0 + abs((details[$1] ?? 0) - (other.details[$1] ?? 0)) }
    return abs(normalizations - other.normalizations) << 20 + finer
  }

  /// Looks at the types of a graph's values, never at their elements.
  init(of graph: Graph) {
    var computed = Set(graph.requiredInputs)
    var layers: [LayerShape] = []
    var normalizations = 0
    var details: [Detail: Int] = [:]
    for node in graph.nodes {
      let isComputed =
        node.inputs.contains { $0.map(computed.contains) ?? false } || node.captures.contains(where: computed.contains)
      guard isComputed else { continue }
      computed.formUnion(node.outputs.compactMap(\.self))
      let layer = LayerInventory.layer(node, graph, computed)
      if let layer { layers.append(layer) }
      if node.operator is BatchNormalization { normalizations += 1 }
      for detail in LayerInventory.details(of: node, layer, graph, computed) { details[detail, default: 0] += 1 }
    }
    self.layers = layers
    self.normalizations = normalizations
    self.details = details
    counts = layers.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  /// The numbers of classes that the last layer may stand for.
  var possibleClasses: [Int] {
    switch layers.last {
    case .convolution(let weights, _): [weights[0]]
    case .linear(let smaller, let larger): smaller == larger ? [smaller] : [smaller, larger]
    case nil: []
    }
  }

  private static func details(
    of node: Node, _ layer: LayerShape?, _ graph: Graph, _ computed: Set<ValueID>
  ) -> [Detail] {
    func factors(_ indices: [Int]) -> [Detail] {
      let shapes = indices.lazy.compactMap { shape($0, of: node, graph, computed, rank: 1...1) }
      return shapes.first { $0[0] > 1 }.map { [.factors($0[0])] } ?? []
    }
    switch node.operator {
    case let convolution as Convolution:
      guard let layer else { return [] }
      let window = convolution.window
      var details: [Detail] = node.inputs.count > 2 && node.inputs[2] != nil ? [.bias] : []
      if let strides = window.strides, strides.contains(where: { $0 > 1 }) {
        details.append(.stride(layer, strides))
        let pads = window.pads ?? []
        let isUneven = window.autoPad == .sameUpper || pads.prefix(pads.count / 2) != pads.suffix(pads.count / 2)
        if isUneven { details.append(.unevenPadding) }
      }
      return details
    case let normalization as BatchNormalization: return [.epsilon(normalization.epsilon)]
    case is Add: return node.inputs.allSatisfy { $0.map(computed.contains) ?? false } ? [.sum] : []
    case is LayerNormalization: return factors([1])
    case is Multiply: return factors([0, 1])
    default: return []
    }
  }

  private static func layer(_ node: Node, _ graph: Graph, _ computed: Set<ValueID>) -> LayerShape? {
    func shape(_ index: Int, rank: ClosedRange<Int>) -> [Int]? {
      Self.shape(index, of: node, graph, computed, rank: rank)
    }
    switch node.operator {
    case let convolution as Convolution:
      return shape(1, rank: 3...5).map { .convolution(weights: $0, groups: convolution.groups) }
    case is GeneralMatrixMultiplication, is MatrixMultiplication:
      let weights = shape(1, rank: 2...2) ?? shape(0, rank: 2...2)
      return weights.map { .linear($0[0], $0[1]) }
    default:
      return nil
    }
  }

  /// The extents of a constant that a node reads.
  private static func shape(
    _ index: Int, of node: Node, _ graph: Graph, _ computed: Set<ValueID>, rank: ClosedRange<Int>
  ) -> [Int]? {
    guard index < node.inputs.count, let id = node.inputs[index], !computed.contains(id),
      let shape = graph[id].constant?.shape ?? graph[id].type.tensor?.fixedShape, rank.contains(shape.count)
    else { return nil }
    return shape
  }
}
