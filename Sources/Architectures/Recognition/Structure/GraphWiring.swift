import CNNGraphs
import CNNOperators
import CNNTensors

/// What a graph's values are to one another: which depend on the graph's inputs, and who reads them.
///
/// A value that is another one itself, through `Identity`, is taken for that one.
struct GraphWiring {
  let graph: Graph
  private var sources: [ValueID]
  private var computed: [Bool]
  private var transposed: [ValueID: ValueID] = [:]
  private let index: GraphIndex

  /// - Parameter graph: one whose constants are exposed.
  init(_ graph: Graph) {
    self.graph = graph
    sources = Array(graph.valueIDs)
    computed = [Bool](repeating: false, count: graph.values.count)
    index = GraphIndex(graph)
    for id in graph.requiredInputs { computed[id.index] = true }
    for node in graph.nodes {
      if let input = node.inputs.first, let input, let output = node.outputs.first, let output {
        if node.operator is Identity {
          sources[output.index] = sources[input.index]
          computed[output.index] = computed[input.index]
          continue
        }
        if !computed[input.index], let transpose = node.operator as? Transpose, transpose.swapsMatrix(graph[input]) {
          transposed[output] = input
        }
      }
      guard (node.inputs.compactMap(\.self) + node.captures).contains(where: { computed[$0.index] }) else { continue }
      for id in node.outputs.compactMap(\.self) { computed[id.index] = true }
    }
  }

  /// The value that a value is.
  func source(of id: ValueID) -> ValueID { sources[id.index] }

  /// True for what depends on the graph's inputs.
  func isComputed(_ id: ValueID) -> Bool { computed[id.index] }

  /// The computed value that a node reads at an index.
  func argument(_ index: Int, of node: Node) -> ValueID? {
    guard index < node.inputs.count, let id = node.inputs[index], isComputed(id) else { return nil }
    return source(of: id)
  }

  /// The constant that a node reads at an index, and its shape.
  func constant(_ index: Int, of node: Node) -> (id: ValueID, shape: [Int])? {
    guard index < node.inputs.count, let id = node.inputs[index], !isComputed(id),
      let shape = graph[id].constant?.shape ?? graph[id].type.tensor?.fixedShape
    else { return nil }
    return (id, shape)
  }

  /// The node that makes a constant; `nil` for what is stored.
  func maker(of id: ValueID) -> Node? {
    let source = source(of: id)
    guard graph[source].constant == nil, graph[source].sparseConstant == nil else { return nil }
    return index.producer(of: source).map { graph.nodes[$0] }
  }

  /// True for a constant of a drawing that gets its elements from a source of weights.
  func isWeight(_ id: ValueID) -> Bool { graph[source(of: id)].constant == nil && maker(of: id) == nil }

  /// The weights of a drawing that a constant is computed of.
  func weights(of id: ValueID) -> Set<ValueID> {
    if isWeight(id) { return [source(of: id)] }
    return maker(of: id).map { $0.inputs.compactMap(\.self).reduce(into: []) { $0.formUnion(weights(of: $1)) } } ?? []
  }

  /// The stored matrix that a constant is the transpose of.
  func stored(_ id: ValueID) -> ValueID? { transposed[source(of: id)] }

  /// The one node that reads a value, which `Identity` may have passed on; `nil` if there is none or more, or if the
  /// value is a result of the graph.
  func onlyReader(of id: ValueID) -> Int? {
    var found: Int?
    var waiting = [source(of: id)]
    while let id = waiting.popLast() {
      if index.isOutput(id) { return nil }
      for reader in index.readers(of: id) {
        if let copy = copy(madeBy: graph.nodes[reader]) {
          waiting.append(copy)
        } else if found == nil {
          found = reader
        } else {
          return nil
        }
      }
    }
    return found
  }

  /// The result of an `Identity`; `nil` for other nodes.
  private func copy(madeBy node: Node) -> ValueID? {
    guard node.operator is Identity, let output = node.outputs.first, let output, source(of: output) != output else {
      return nil
    }
    return output
  }
}

extension Transpose {
  /// True if the value is a constant matrix whose rows and columns are swapped.
  fileprivate func swapsMatrix(_ value: Value) -> Bool {
    (value.constant?.rank ?? value.type.tensor?.shape?.count) == 2 && (permutation == nil || permutation == [1, 0])
  }
}

extension Graph {
  /// The graph in which the results of `Constant`, and of `Identity` of a constant, are constants themselves, and
  /// transposes of constants have types.
  func exposingConstants() -> Graph {
    var graph = self
    for node in nodes {
      guard let output = node.outputs.first, let output else { continue }
      let input = node.inputs.first.flatMap { $0.flatMap { graph[$0].constant } }
      switch node.operator {
      case let constant as Constant:
        if case .dense(let tensor) = constant.value { graph[output].constant = tensor }
      case is Identity:
        if let input { graph[output].constant = input }
      case is Transpose:
        if let input, input.rank == 2 {
          graph[output].type = .tensor(input.elementType, input.shape.reversed().map(Dimension.fixed))
        }
      default: break
      }
    }
    return graph
  }
}
