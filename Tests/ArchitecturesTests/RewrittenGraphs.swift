import CNNGraphs
import CNNOperators
import CNNTensors
import TestSupport

/// The same networks as other programs write them.
extension Graph {
  /// Values without telling names, nodes in another order that can run, and summands the other way round.
  func scrambled(seed: UInt64) throws -> Graph {
    var generator = SplitMix(state: seed)
    var result = Graph(name: "g")
    var moved: [ValueID: ValueID] = [:]
    for id in valueIDs.shuffled(using: &generator) {
      var value = self[id]
      value.name = "v\(moved.count)"
      moved[id] = try result.addValue(value)
    }
    result.inputs = inputs.compactMap { moved[$0] }
    result.outputs = outputs.compactMap { moved[$0] }
    var made = Set(nodes.flatMap(\.outputs).compactMap(\.self))
    var left = nodes
    while !left.isEmpty {
      let ready = left.indices.filter { !left[$0].inputs.contains { $0.map(made.contains) ?? false } }
      var node = left.remove(at: ready.randomElement(using: &generator)!)
      made.subtract(node.outputs.compactMap(\.self))
      node.name = ""
      node.inputs = node.inputs.map { $0.flatMap { moved[$0] } }
      node.outputs = node.outputs.map { $0.flatMap { moved[$0] } }
      if node.operator is Add { node.inputs.reverse() }
      result.nodes.append(node)
    }
    return result
  }

  /// Each node of a kind replaced by others.
  mutating func rewrite(
    _ isRewritten: (any Operator) -> Bool, _ replacement: (Node, inout Graph) throws -> [Node]
  ) throws {
    let old = nodes
    nodes = []
    for node in old {
      if isRewritten(node.operator) { nodes += try replacement(node, &self) } else { nodes.append(node) }
    }
  }

  /// A new value for the result of a node.
  mutating func addResult() throws -> ValueID { try addValue(Value("")) }

  /// Linear layers as a product, by weights stored the other way round or transposed on the way, and a sum.
  mutating func splitLinearLayers(transposing: Bool) throws {
    try rewrite({ $0 is GeneralMatrixMultiplication }) { node, graph in
      let weight = graph[node.inputs[1]!].constant!
      let product = try graph.addResult()
      let sum = Node("", Add(), inputs: [product, node.inputs[2]], outputs: node.outputs)
      guard transposing else {
        let transposed = graph.addConstant(try weight.transposed([1, 0]), hint: "transposed")
        return [Node("", MatrixMultiplication(), inputs: [node.inputs[0], transposed], outputs: [product]), sum]
      }
      let transposed = try graph.addResult()
      return [
        Node("", Transpose(), inputs: [node.inputs[1]], outputs: [transposed]),
        Node("", MatrixMultiplication(), inputs: [node.inputs[0], transposed], outputs: [product]), sum,
      ]
    }
  }

  /// All constants as the results of nodes, every second one going through an `Identity`.
  mutating func makeConstantsNodes() throws {
    var made: [Node] = []
    for (index, id) in Array(valueIDs).enumerated() {
      guard let tensor = self[id].constant else { continue }
      self[id].constant = nil
      self[id].type = .unknown
      let value = try index % 2 == 0 ? id : addResult()
      made.append(Node("", Constant(tensor), inputs: [], outputs: [value]))
      if value != id { made.append(Node("", Identity(), inputs: [value], outputs: [id])) }
    }
    nodes = made + nodes
  }

  /// What is computed of constants alone as constants, as exporters write it.
  mutating func foldConstants() throws {
    var computed = Set(requiredInputs)
    let folded = nodes.indices.filter { index in
      let isComputed = nodes[index].inputs.contains { $0.map(computed.contains) ?? false }
      if isComputed { computed.formUnion(nodes[index].outputs.compactMap(\.self)) }
      return !isComputed
    }
    var constants = self
    constants.inputs = []
    constants.nodes = folded.map { nodes[$0] }
    constants.outputs = constants.nodes.flatMap(\.outputs).compactMap(\.self)
    for (id, result) in zip(constants.outputs, try ReferenceEvaluator(constants).run([])) {
      self[id].constant = result.tensor
    }
    let left = Set(nodes.indices).subtracting(folded).sorted()
    nodes = left.map { nodes[$0] }
  }

  /// Batch normalizations right behind convolutions without a bias folded into them, which gives them one.
  mutating func foldNormalizations() throws {
    let makers = Dictionary(nodes.map { ($0.outputs[0]!, $0) }, uniquingKeysWith: { $1 })
    var folded: [ValueID: Node] = [:]
    try rewrite({ $0 is BatchNormalization }) { node, graph in
      guard var convolution = makers[node.inputs[0]!], convolution.operator is Convolution else { return [node] }
      let parameters = try node.inputs[1...].map { try graph[$0!].constant!.elements(as: Float.self) }
      let epsilon = (node.operator as! BatchNormalization).epsilon
      let factors = parameters[0].indices.map { parameters[0][$0] / (parameters[3][$0] + epsilon).squareRoot() }
      let shifts = factors.indices.map { parameters[1][$0] - parameters[2][$0] * factors[$0] }
      let weight = graph[convolution.inputs[1]!].constant!
      let width = weight.count / factors.count
      let elements = try weight.elements(as: Float.self).enumerated().map { $1 * factors[$0 / width] }
      let bias = graph.addConstant(try Tensor(shifts, shape: [shifts.count]), hint: "folded.bias")
      let scaled = graph.addConstant(try Tensor(elements, shape: weight.shape), hint: "folded.weight")
      convolution.inputs = [convolution.inputs[0], scaled, bias]
      convolution.outputs = node.outputs
      folded[node.inputs[0]!] = convolution
      return [convolution]
    }
    nodes.removeAll { folded[$0.outputs[0]!] != nil }
  }
}
