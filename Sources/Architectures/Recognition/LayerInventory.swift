import CNNGraphs
import CNNOperators

/// The layers of a graph by the shapes of their weights, as far as they tell one architecture from another.
struct LayerInventory: Sendable {
  /// A layer with weights.
  enum Layer: Hashable, Sendable {
    /// A convolution by weights `[M, C / groups, K…]`.
    case convolution(weights: [Int], groups: Int)
    /// A linear layer; exporters store its weights either way round, so that only the pair of extents counts.
    case linear(smaller: Int, larger: Int)

    /// A linear layer by its features, either way round.
    static func linear(_ a: Int, _ b: Int) -> Layer { .linear(smaller: min(a, b), larger: max(a, b)) }
  }

  /// The layers in the graph's order.
  let layers: [Layer]
  /// How often each layer occurs.
  let counts: [Layer: Int]
  /// The number of batch normalizations, which may have been folded into convolutions.
  let normalizations: Int

  /// Looks at the types of a graph's values, never at their elements.
  init(of graph: Graph) {
    var computed = Set(graph.requiredInputs)
    var layers: [Layer] = []
    var normalizations = 0
    for node in graph.nodes {
      let isComputed =
        node.inputs.contains { $0.map(computed.contains) ?? false } || node.captures.contains(where: computed.contains)
      guard isComputed else { continue }
      computed.formUnion(node.outputs.compactMap(\.self))
      if node.operator is BatchNormalization { normalizations += 1 }
      if let layer = LayerInventory.layer(node, graph, computed) { layers.append(layer) }
    }
    self.layers = layers
    self.normalizations = normalizations
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

  private static func layer(_ node: Node, _ graph: Graph, _ computed: Set<ValueID>) -> Layer? {
    func shape(_ index: Int, rank: ClosedRange<Int>) -> [Int]? {
      guard index < node.inputs.count, let id = node.inputs[index], !computed.contains(id),
        let shape = graph[id].constant?.shape ?? graph[id].type.tensor?.fixedShape, rank.contains(shape.count)
      else { return nil }
      return shape
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
}
