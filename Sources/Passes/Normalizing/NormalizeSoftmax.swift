import CNNGraphs
import CNNOperators

/// One spelling for a softmax, without the detour over two axes that its first versions needed.
package struct NormalizeSoftmax: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "normalize-softmax",
      law: """
        The last axis is -1, and what takes all axes from the last one on takes the last one. A softmax over the rest of a \
        flattened tensor that gets its shape back is one over the only axis among these that has an extent other than 1.
        """,
      guards: [
        "the operator set is below 13", "the rank is not known", "several axes were flattened into one",
        "the flattened tensor is read elsewhere",
      ],
      source: "ONNX Softmax 1 (coercion to two axes) and 13 (one axis); the same for LogSoftmax and Hardmax")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    switch node.operator {
    case let softmax as Softmax:
      return respelled(softmax, index, view) { Softmax(axis: $0) } ?? unflattened(softmax, index, view)
    case let softmax as LogSoftmax: return respelled(softmax, index, view) { LogSoftmax(axis: $0, flattens: false) }
    case let hardmax as Hardmax: return respelled(hardmax, index, view) { Hardmax(axis: $0, flattens: false) }
    default: return nil
    }
  }

  private func respelled(
    _ operation: some AxisActivation, _ index: Int, _ view: GraphView, _ make: (Int) -> any Operator
  ) -> Patch? {
    let node = view.graph.nodes[index]
    guard view.operatorSet >= 13, let rank = view.rank(node.inputs[0]), rank > 0,
      operation.axis == rank - 1 || operation.flattens && operation.axis == -1
    else { return nil }
    return replacing(index, node.inputs[0], by: make(-1), removing: [index], view.graph.nodes[index].outputs[0], view)
  }

  /// `Flatten`, softmax and `Reshape` in one.
  private func unflattened(_ softmax: Softmax, _ index: Int, _ view: GraphView) -> Patch? {
    let node = view.graph.nodes[index]
    guard view.rank(node.inputs[0]) == 2, softmax.axis == -1 || softmax.axis == 1,
      let before = view.producer(node.inputs[0]), view.graph.nodes[before].operator.keepsElements,
      view.soleUser(node.inputs[0]) == index, let source = view.graph.nodes[before].inputs[0],
      let after = view.soleUser(node.outputs[0]), view.graph.nodes[after].operator.keepsElements,
      view.graph.nodes[after].inputs[0] == node.outputs[0], let shape = view.shape(source),
      let result = view.graph.nodes[after].outputs[0], shape.isSurely(view.shape(result)),
      let lines = view.shape(node.inputs[0]), let width = lines[1].value
    else { return nil }
    // The axes that became one line: the last ones that make up its length, and one more element takes part in each.
    var (start, product) = (shape.count, 1)
    while start > 0, product < width || shape[start - 1] == 1, let extent = shape[start - 1].value {
      product = product.multipliedReportingOverflow(by: extent).partialValue
      start -= 1
    }
    guard product == width,
      let axis = shape.indices.dropFirst(start).first(where: { shape[$0] != 1 }) ?? shape.indices.last,
      shape.indices.dropFirst(start).allSatisfy({ $0 == axis || shape[$0] == 1 })
    else { return nil }
    let isLast = axis == shape.count - 1
    guard view.operatorSet >= 13 || isLast else { return nil }
    return replacing(
      index, source, by: Softmax(axis: isLast ? -1 : axis), removing: [before, index, after], result, view)
  }

  private func replacing(
    _ index: Int, _ input: ValueID?, by operation: any Operator, removing removed: Set<Int>, _ result: ValueID?,
    _ view: GraphView
  ) -> Patch? {
    guard let input, let result else { return nil }
    var made = Patch.NewNode(
      view.graph.nodes[index].name, operation, inputs: [.value(input)], outputs: [.value(result)])
    made.annotations = view.graph.nodes[index].annotations
    return Patch(removing: removed, adding: made)
  }
}
