import CNNGraphs
import CNNOperators
import CNNTensors

/// A graph reduced to its layers with weights, and to the ways on which results get from one to another.
struct LayerGraph: Sendable {
  /// All ways together; those of networks are some thousands.
  private static let pathLimit = 1 << 22

  /// The graph, its constants exposed.
  let graph: Graph
  /// The layers in the graph's order, behind the input.
  private(set) var layers = [WeightedLayer(.input)]
  /// What each layer gives, with its bias and normalization; `nil` for the input.
  private(set) var results: [ValueID?] = [nil]
  /// The ways that lead into each layer, in ascending order, each once.
  private(set) var arrivals: [[LayerPath]] = [[]]
  /// The layers whose results become those of the graph.
  private(set) var last: Set<Int> = []
  /// A node that computes with constants that belong to no layer.
  private(set) var stranger: Int?

  /// Constants that are no weights of the drawing that the graph is.
  private(set) var numbers = DrawnNumbers()
  /// What the graph's values are to one another.
  let wiring: GraphWiring

  /// Which other nodes with constants are layers.
  enum Operations {
    /// None; ``LayerGraph/stranger`` is the first.
    case none
    /// In a drawing, those that compute with its weights. Other constants become ``LayerGraph/numbers``.
    case ofWeights
    /// All but those that compute with numbers that a drawing knows.
    case all(except: DrawnNumbers)
  }

  /// What a value is made of.
  private struct Flow {
    var paths: [LayerPath]
    /// The number of channels, if it is known.
    var channels: Int?
  }

  /// - Parameters:
  ///   - graph: one whose constants are exposed.
  ///   - operations: which nodes with constants are layers beside those that always are.
  /// - Throws: ``ConversionError`` of code `limit` if layers are connected in too many ways.
  init(of graph: Graph, operations: Operations) throws(ConversionError) {
    self.graph = graph
    wiring = GraphWiring(graph)
    var flows = [Flow?](repeating: nil, count: graph.values.count)
    for id in graph.requiredInputs { flows[id.index] = Flow(paths: [LayerPath(from: 0).bare]) }
    var taken: Set<Int> = []
    var pathCount = 0
    for (index, node) in graph.nodes.enumerated() where !(node.operator is Identity) && !taken.contains(index) {
      let inputs = (node.inputs.compactMap(\.self) + node.captures).filter(wiring.isComputed)
        .map { flows[wiring.source(of: $0).index] ?? Flow(paths: []) }
      guard !inputs.isEmpty else { continue }
      pathCount += inputs.reduce(0) { $0 + $1.paths.count }
      guard pathCount <= Self.pathLimit, layers.count < LayerPath.layerLimit else {
        throw ConversionError(.limit, "its layers are connected in too many ways to be compared with known networks")
      }
      var flow: Flow
      var results = node.outputs.compactMap(\.self)
      if var layer = WeightedLayer(node, at: index, in: wiring) {
        let (result, absorbed) = layer.absorb(behind: results[0], in: wiring)
        taken.formUnion(absorbed)
        results = [result]
        self.results.append(result)
        flow = Flow(paths: [LayerPath(from: layers.count)], channels: layer.channels)
        arrivals.append(layer.form.kind == .linear ? inputs[0].paths.bare : inputs[0].paths)
        layers.append(layer)
      } else {
        flow = Self.flow(through: node, inputs, wiring)
        let operands = operands(of: node, operations, behind: flow.paths)
        if case .none = operations {
          if stranger == nil, !operands.isEmpty, !flow.paths.isEmpty { stranger = index }
        } else if !operands.isEmpty {
          self.results.append(results.first)
          arrivals.append(flow.paths)
          flow.paths = [LayerPath(from: layers.count)]
          layers.append(WeightedLayer(operation: node, at: index, operands))
        }
      }
      for id in results { flows[id.index] = flow }
    }
    for id in graph.outputs {
      last.formUnion((flows[wiring.source(of: id).index]?.paths ?? []).map(\.layer))
    }
  }

  /// What comes out of a node that is no layer.
  private static func flow(through node: Node, _ inputs: [Flow], _ wiring: GraphWiring) -> Flow {
    let paths = inputs.count == 1 ? inputs[0].paths : inputs.flatMap(\.paths).normalized
    // Where axes stand for channels, the widest operand is the one that others are broadcast to.
    let maps = inputs.filter { !$0.paths.isEmpty }
    let channels = maps.contains { $0.channels == nil } ? nil : maps.compactMap(\.channels).max()
    switch node.operator {
    case is CNNOperators.Shape, is Size:
      return Flow(paths: [])
    case let concatenation as Concatenation
    where inputs.count == node.inputs.count && (concatenation.axis == 1 || concatenation.axis == -3):
      var (joined, offset) = ([LayerPath](), Int?(0))
      for input in inputs {
        joined += input.paths.map { $0.behind(offset) }
        offset = input.channels.flatMap { channels in offset.map { $0 + channels } }
      }
      return Flow(paths: joined.normalized, channels: offset)
    case is GlobalPoolingOperator, is ReduceMean:
      return Flow(paths: paths.map(\.pooled).normalized, channels: channels)
    case is MaxPooling, is AveragePooling:
      guard node.operator.isWide else { break }
      return Flow(paths: paths.map(\.pooled).normalized, channels: channels)
    case is Slicing, is Split, is Gather, is GatherElements, is GatherND, is Reshape, is Transpose, is Flatten,
      is Squeeze, is Unsqueeze, is DepthToSpace, is SpaceToDepth, is Concatenation, is Tile, is Expand,
      is ForeignOperator, is MatrixMultiplication, is GeneralMatrixMultiplication:
      return Flow(paths: paths.map(\.unplaced).normalized)
    default: break
    }
    return Flow(paths: paths, channels: channels)
  }

  /// The constants of a node that make it a layer. What only the graph's input leads to prepares it.
  private mutating func operands(
    of node: Node, _ operations: Operations, behind paths: [LayerPath]
  ) -> [WeightedLayer.Operand] {
    guard paths.isEmpty || paths.contains(where: { $0.layer > 0 }) else { return [] }
    let operands = wiring.operands(of: node)
    switch operations {
    case .none: return operands
    case .all(let known): return operands.filter { !known.contains($0, of: node, in: wiring) }
    case .ofWeights:
      return operands.filter { operand in
        guard wiring.weights(of: operand.id).isEmpty else { return true }
        numbers.insert(operand, of: node, in: wiring)
        return false
      }
    }
  }
}

extension Operator {
  /// True for a pooling whose window spans more than one place.
  fileprivate var isWide: Bool {
    let window = (self as? MaxPooling)?.window ?? (self as? AveragePooling)?.window
    return window?.kernel?.contains { $0 > 1 } ?? false
  }
}
