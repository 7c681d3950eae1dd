import CNNGraphs
import CNNOperators
import CNNTensors

/// The nodes of a graph that make one value of some others, which are then its leaves.
struct GraphSlice {
  let graph: Graph
  /// The values made.
  let results: [ValueID]
  /// Indices of the nodes in running order.
  let nodes: [Int]
  /// The values that are given, by name.
  let leaves: [String]
  /// The same in the graph.
  let leafIDs: Set<ValueID>

  /// The only value made, or the first.
  var result: ValueID { results[0] }

  /// Goes back from a value to values that `isLeaf` accepts, inputs and constants.
  init(of result: ValueID, in graph: Graph, edges: GraphIndex, isLeaf: (String) -> Bool) {
    self.init(of: [result], in: graph, edges: edges) { $0 != result && isLeaf(graph[$0].name) }
  }

  /// The same for several values, of which there is at least one.
  init(of results: [ValueID], in graph: Graph, edges: GraphIndex, isLeaf: (ValueID) -> Bool) {
    (self.graph, self.results) = (graph, results)
    var found: Set<Int> = []
    var leaves: Set<ValueID> = []
    var waiting = results
    while let id = waiting.popLast() {
      if isLeaf(id) {
        leaves.insert(id)
      } else if let index = edges.producer(of: id) {
        guard found.insert(index).inserted else { continue }
        waiting += graph.nodes[index].inputs.compactMap(\.self) + graph.nodes[index].captures
      } else if !graph[id].isConstant {
        leaves.insert(id)
      }
    }
    (nodes, leafIDs) = (found.sorted(), leaves)
    self.leaves = leaves.map { graph[$0].name }.sorted()
  }

  /// Computes the value.
  /// - Parameter isWide: whether 16-bit and 32-bit numbers are computed with as 64-bit ones.
  func evaluate(_ given: [String: RuntimeValue], isWide: Bool) throws -> RuntimeValue {
    try evaluate([result], given, isWide: isWide)[0]
  }

  /// Computes values that the slice's nodes make.
  func evaluate(_ results: [ValueID], _ given: [String: RuntimeValue], isWide: Bool) throws -> [RuntimeValue] {
    let part = try part(making: results, isWide: isWide)
    let inputs = try part.inputs.map { try isWide ? given[part[$0].name]?.widened() : given[part[$0].name] }
    return try ReferenceEvaluator(part).run(inputs)
  }

  /// The slice as a graph of its own, whose inputs are the leaves.
  func graphOfItsOwn() throws -> Graph {
    var part = try part(making: results, isWide: false)
    for id in part.inputs { part[id].declaredType = part[id].type }
    return part
  }

  /// The slice as a graph of its own, as small as it is: a large graph has thousands of slices.
  private func part(making results: [ValueID], isWide: Bool) throws -> Graph {
    var part = Graph(name: graph.name)
    var moved: [ValueID: ValueID] = [:]
    func move(_ id: ValueID) throws -> ValueID {
      if let known = moved[id] { return known }
      var value = graph[id]
      if isWide, let constant = value.constant { value.constant = try RuntimeValue.tensor(constant).widened().tensor }
      let new = try part.addValue(value)
      moved[id] = new
      return new
    }
    part.nodes = try nodes.map { index in
      var node = graph.nodes[index]
      node.inputs = try node.inputs.map { try $0.map(move) }
      node.outputs = try node.outputs.map { try $0.map(move) }
      node.captures = try node.captures.map(move)
      return node
    }
    part.inputs = try leaves.compactMap { graph.value(named: $0) }.map(move)
    part.outputs = try results.map(move)
    return part
  }

  /// A value as a node of the slice reads it.
  func value(
    _ id: ValueID, _ live: [ValueID: RuntimeValue], _ given: [String: RuntimeValue], _ isWide: Bool
  ) throws -> RuntimeValue {
    if let value = live[id] { return value }
    if let value = given[graph[id].name] { return isWide ? try value.widened() : value }
    guard let constant = try graph[id].constant ?? graph[id].sparseConstant?.dense() else {
      throw ConversionError(.internalFault, "no value for \(graph[id].name.quoted)")
    }
    return isWide ? try RuntimeValue.tensor(constant).widened() : .tensor(constant)
  }

  /// The unit roundoff of the coarsest floating-point numbers that the slice stores or is given.
  func roundoff(_ given: [String: RuntimeValue]) -> Double {
    var types: Set<ElementType> = []
    for index in nodes {
      for id in graph.nodes[index].inputs.compactMap(\.self) {
        if let type = graph[id].constant?.elementType ?? given[graph[id].name]?.tensor?.elementType {
          types.insert(type)
        }
      }
    }
    if types.contains(.bfloat16) { return 0x1p-8 }
    if types.contains(.float16) { return 0x1p-11 }
    return types.contains(.float32) ? 0x1p-24 : 0x1p-53
  }
}

extension RuntimeValue {
  /// Short floating-point numbers as 64-bit ones.
  fileprivate func widened() throws -> RuntimeValue {
    guard let tensor, [.float32, .float16, .bfloat16].contains(tensor.elementType) else { return self }
    return .tensor(try tensor.converted(to: .float64))
  }
}
