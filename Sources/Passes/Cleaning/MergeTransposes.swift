import CNNGraphs
import CNNOperators

/// Two reorderings of axes in one.
package struct MergeTransposes: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "merge-transposes",
      law: "transpose(transpose(x, p), q) = transpose(x, r) with r[i] = p[q[i]]; where r keeps the order, it is x.",
      guards: ["the first transposition is read elsewhere and the two do not cancel"],
      source: "composition of permutations")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    guard let outer = view.graph.nodes[index].operator as? Transpose else { return nil }
    let node = view.graph.nodes[index]
    guard let inner = view.producer(node.inputs[0], as: Transpose.self), let result = node.outputs[0],
      let source = inner.node.inputs[0],
      let rank = view.rank(source) ?? outer.permutation?.count ?? inner.operation.permutation?.count
    else { return nil }
    let (first, second) = (try? inner.operation.order(ofRank: rank), try? outer.order(ofRank: rank))
    guard let first, let second else { return nil }
    let order = second.map { first[$0] }
    if order == Array(0..<rank) { return Patch(removing: index, reading: source, insteadOf: result) }
    guard view.soleUser(node.inputs[0]) == index else { return nil }
    var made = Patch.NewNode(
      node.name, Transpose(permutation: order), inputs: [.value(source)], outputs: [.value(result)])
    made.annotations = node.annotations
    return Patch(removing: [index, inner.index], adding: made)
  }
}
