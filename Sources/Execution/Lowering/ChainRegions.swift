import CKernels
import CNNGraphs
import CNNOperators

/// How chains of operators that work element by element are found.
extension FusionGroups {
  /// Nodes of a chain at most.
  private static var mostMembers: Int { 24 }

  /// The chains of nodes that no group has taken yet.
  ///
  /// From the back: a node takes what it reads if all who read that are in the chain already, and the shape is the
  /// chain's. So no value of a chain is computed twice or read from outside, and the chain runs at its last node.
  mutating func findChains() -> [FusionGroup] {
    var groups: [FusionGroup] = []
    for index in graph.nodes.indices.reversed() where !isTaken(index) {
      guard let chain = chain(endingAt: index) else { continue }
      take(chain.members)
      groups.append(chain)
    }
    return groups
  }

  private func chain(endingAt root: Int) -> FusionGroup? {
    let node = graph.nodes[root]
    guard Lowerings.isChainable(node), let operation = ChainOperation(node, in: graph), let output = node.outputs[0],
      isFloat(output), let shape = shape(output), let input = operation.inputs.first, hasItsTruths(operation, root)
    else { return nil }
    var members: Set<Int> = [root]
    var outside = Set(operation.inputs)
    // The last candidate first: whoever reads its result comes after it.
    var candidates = Set(operation.inputs.compactMap { index.producer(of: $0) })
    while let candidate = candidates.max(), members.count < Self.mostMembers {
      candidates.remove(candidate)
      let before = graph.nodes[candidate]
      guard !isTaken(candidate), Lowerings.isChainable(before), let operation = ChainOperation(before, in: graph),
        hasItsTruths(operation, candidate), let result = before.outputs[0], self.shape(result) == shape,
        !index.isOutput(result),
        index.readers(of: result).allSatisfy({ members.contains($0) })
      else { continue }
      let read = outside.union(operation.inputs).subtracting([result])
      guard read.count <= CNN_CHAIN_OPERANDS else { continue }
      outside = read
      members.insert(candidate)
      candidates.formUnion(operation.inputs.compactMap { index.producer(of: $0) })
    }
    guard members.count > 1, !isJoinAndActivation(members, root, shape) else { return nil }
    var group = FusionGroup(main: root, input: input, output: output)
    (group.members, group.isChain) = (members.sorted(), true)
    return group
  }

  /// True if the truth values that a node reads are constants, or another node of a chain makes them for it alone.
  private func hasItsTruths(_ operation: ChainOperation, _ node: Int) -> Bool {
    operation.inputs.allSatisfy { id in
      if isFloat(id) || graph[id].isConstant { return true }
      guard onlyReader(of: id) == node, let producer = index.producer(of: id) else { return false }
      return Lowerings.isChainable(graph.nodes[producer])
    }
  }

  /// True for what the kernel of joins does on images: two operands, and an activation of the result.
  private func isJoinAndActivation(_ members: Set<Int>, _ root: Int, _ shape: [Int]) -> Bool {
    guard members.count == 2, ImageShape(shape) != nil, cnn_activation(graph.nodes[root], in: graph) != nil else {
      return false
    }
    return members.allSatisfy { $0 == root || Lowerings.role(of: graph.nodes[$0]) == .elementwise }
  }
}
