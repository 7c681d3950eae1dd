import CNNGraphs
import CNNOperators

/// One spelling for putting all axes but the batch together.
package struct NormalizeFlatten: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "normalize-flatten",
      law: """
        A Reshape to [N, all the rest] is Flatten from axis 1, which needs no target and holds for every batch; an axis of \
        Flatten counted from the back is counted from the front.
        """,
      guards: ["the first extent is not surely the batch", "no floating-point numbers below operator set 9"],
      source: "ONNX Reshape 5, Flatten 11")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    guard node.operator is Flatten || node.operator is Reshape, let data = node.input(0), let rank = view.rank(data),
      let result = node.outputs.first ?? nil, let axis = axis(of: node, rank: rank, view)
    else { return nil }
    guard view.operatorSet >= 9 || [.float32, .float64, .float16].contains(view.elementType(data)) else { return nil }
    var made = Patch.NewNode(node.name, Flatten(axis: axis), inputs: [.value(data)], outputs: [.value(result)])
    if node.operator is Flatten { made.annotations = node.annotations }
    return Patch(removing: [index], adding: made)
  }

  /// The axis to flatten from, if that is new.
  private func axis(of node: Node, rank: Int, _ view: GraphView) -> Int? {
    if let flatten = node.operator as? Flatten { return flatten.axis < 0 ? flatten.axis + rank : nil }
    guard let reshape = node.operator as? Reshape, rank > 1, let data = view.shape(node.inputs[0]),
      let shape = view.shape(node.outputs[0]), shape.count == 2
    else { return nil }
    if shape[0] == data[0], shape[0] != .unknown, shape[0] != 0 { return 1 }
    guard let target = view.integers(node, 1), target.count == 2 else { return nil }
    if target[0] == 0, !reshape.allowsZero { return 1 }
    let rest = Array(data.dropFirst()).product
    return target[0] == -1 && target[1] == rest && target[1] > 0 ? 1 : nil
  }
}
