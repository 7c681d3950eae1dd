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
  private var readers: [[Int]]
  private var results: [Bool]

  /// - Parameter graph: one whose constants are exposed.
  init(_ graph: Graph) {
    self.graph = graph
    sources = Array(graph.valueIDs)
    computed = [Bool](repeating: false, count: graph.values.count)
    readers = [[Int]](repeating: [], count: graph.values.count)
    results = computed
    for id in graph.requiredInputs { computed[id.index] = true }
    for (index, node) in graph.nodes.enumerated() {
      let read = (node.inputs.compactMap(\.self) + node.captures).filter { computed[$0.index] }
      if let input = node.inputs.first, let input, let output = node.outputs.first, let output {
        if node.operator is Identity {
          sources[output.index] = sources[input.index]
          computed[output.index] = computed[input.index]
          continue
        }
        if let transpose = node.operator as? Transpose, transpose.swapsMatrix(graph[input]) {
          transposed[output] = input
        }
      }
      guard !read.isEmpty else { continue }
      for id in node.outputs.compactMap(\.self) { computed[id.index] = true }
      for id in read { readers[source(of: id).index].append(index) }
    }
    for id in graph.outputs { results[source(of: id).index] = true }
  }

  /// The value that a value is.
  func source(of id: ValueID) -> ValueID { sources[id.index] }

  /// True for what depends on the graph's inputs.
  func isComputed(_ id: ValueID) -> Bool { computed[id.index] }

  /// The computed value that a node reads at a place.
  func argument(_ index: Int, of node: Node) -> ValueID? {
    guard index < node.inputs.count, let id = node.inputs[index], isComputed(id) else { return nil }
    return source(of: id)
  }

  /// The constant that a node reads at a place, and its shape.
  func constant(_ index: Int, of node: Node) -> (id: ValueID, shape: [Int])? {
    guard index < node.inputs.count, let id = node.inputs[index], !isComputed(id),
      let shape = graph[id].constant?.shape ?? graph[id].type.tensor?.fixedShape
    else { return nil }
    return (id, shape)
  }

  /// The stored matrix that a constant is the transpose of.
  func stored(_ id: ValueID) -> ValueID? { transposed[source(of: id)] }

  /// The node that reads a value, where there is but one and the value is no result of the graph.
  func onlyReader(of id: ValueID) -> Int? {
    let id = source(of: id)
    return readers[id.index].count == 1 && !results[id.index] ? readers[id.index][0] : nil
  }
}

extension Transpose {
  /// True where the value is a constant matrix whose rows and columns change places.
  fileprivate func swapsMatrix(_ value: Value) -> Bool {
    value.constant?.rank == 2 && (permutation == nil || permutation == [1, 0])
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
