import CNNGraphs
import CNNOperators
import CNNTensors

/// Stores the results of shape computations, and what a `Reshape` needs of those that are known but for the batch.
package struct FoldShapes: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "fold-shapes",
      law: """
        The integers of a shape computation that are known before the run are stored. The target of a Reshape in which one \
        extent is open is stored as well, that extent being 0 (stays) or -1 (what is left); so is the target of an Expand \
        that keeps the open extents.
        """,
      guards: [
        "two extents are open", "an open extent stands beside one that may be 0", "the value is a result of the graph",
      ],
      source:
        "ONNX Reshape 5 (0 and -1), Expand 8; torch.onnx writes Shape, Gather, Concat, Reshape for x.view(x.size(0), …)"
    )
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    if let patch = knownResult(node, index, view) { return patch }
    if let reshape = node.operator as? Reshape {
      guard let contents = openContents(node, view) else { return nil }
      guard let target = contents.target(from: view.shape(node.inputs[0]), allowsZero: reshape.allowsZero) else {
        return nil
      }
      return replacing(node, index, by: target, view)
    }
    if node.operator is Expand {
      guard let contents = openContents(node, view), let data = view.shape(node.inputs[0]),
        data.count >= contents.count
      else { return nil }
      // 1 leaves an axis as it is.
      let own = data.suffix(contents.count)
      let target = zip(contents, own).map { $0.value.map(Int64.init) ?? ($0 == $1 && $0 != .unknown ? 1 : nil) }
      guard target.allSatisfy({ $0 != nil }) else { return nil }
      return replacing(node, index, by: target.compactMap(\.self), view)
    }
    return nil
  }

  /// All results stored, if all are known.
  private func knownResult(_ node: Node, _ index: Int, _ view: GraphView) -> Patch? {
    let results = node.outputs.compactMap(\.self)
    guard !results.isEmpty, node.operator.isDeterministic, !results.contains(where: view.isOutput) else { return nil }
    var tensors: [() throws -> Tensor] = []
    for id in results {
      let value = view.graph[id]
      // Integers say nothing of what a division of floating-point numbers gives.
      guard let type = value.type.tensor, let elementType = type.elementType,
        elementType.isInteger || node.operator is Cast, let shape = type.fixedShape,
        let contents = value.contents, let count = try? Tensor.elementCount(of: shape), count == contents.count
      else { return nil }
      let integers = contents.compactMap { $0.value.map(Int64.init) }
      guard integers.count == count else { return nil }
      tensors.append { try Tensor(integers, shape: shape).converted(to: elementType) }
    }
    var patch = Patch(removing: [index])
    patch.redirected = results.enumerated().map { ($1, .constant($0, hint: view.graph[$1].name)) }
    patch.constants = { try tensors.map { try $0() } }
    return patch
  }

  /// What is known of a target that is computed, not stored.
  private func openContents(_ node: Node, _ view: GraphView) -> [Dimension]? {
    guard node.inputs.count > 1, let target = node.inputs[1], view.constant(target) == nil, !view.isInput(target) else {
      return nil
    }
    return view.graph[target].contents
  }

  private func replacing(_ node: Node, _ index: Int, by target: [Int64], _ view: GraphView) -> Patch? {
    guard let result = node.outputs[0] else { return nil }
    var made = Patch.NewNode(
      node.name, node.operator,
      inputs: [node.inputs[0].map { .value($0) }, .constant(0, hint: "\(view.graph[result].name).shape")],
      outputs: [.value(result)])
    made.annotations = node.annotations
    return Patch(removing: [index], adding: made) { [try Tensor(target, shape: [target.count])] }
  }
}
