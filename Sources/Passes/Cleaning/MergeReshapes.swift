import CNNGraphs
import CNNOperators
import CNNTensors

/// Of two changes of shape in a row the second one alone.
package struct MergeReshapes: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "merge-reshapes",
      law: """
        Reshape, Flatten, Squeeze and Unsqueeze keep all elements in order: of two in a row the last shape alone counts, \
        written as a Reshape where it is not one whose target needs nothing of its input.
        """,
      guards: ["the resulting shape cannot be written as a target that holds for every run"],
      source: "ONNX Reshape 14")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    guard node.operator.keepsElements, let result = node.outputs[0], let middle = node.inputs[0],
      let maker = view.producer(middle), view.graph.nodes[maker].operator.keepsElements,
      let source = view.graph.nodes[maker].inputs[0]
    else { return nil }
    let isAlone = view.soleUser(middle) == index
    let removed: Set = isAlone ? [index, maker] : [index]
    if let reshape = node.operator as? Reshape, let target = view.integers(node, 1),
      reshape.allowsZero || !target.contains(0)
    {
      var made = Patch.NewNode(
        node.name, reshape, inputs: [.value(source), node.inputs[1].map { .value($0) }], outputs: [.value(result)])
      made.annotations = node.annotations
      return Patch(removing: removed, adding: made)
    }
    // A symbol that only this node's file gives is not known to be the source's.
    guard let shape = view.shape(result), !shape.contains(0), let target = shape.target(from: view.shape(source)) else {
      throw Refusal.fit(.shape(of: view.graph[middle].name))
    }
    let made = Patch.NewNode(
      node.name, Reshape(), inputs: [.value(source), .constant(0, hint: "\(view.graph[result].name).shape")],
      outputs: [.value(result)])
    return Patch(removing: removed, adding: made) { [try Tensor(target, shape: [target.count])] }
  }
}
