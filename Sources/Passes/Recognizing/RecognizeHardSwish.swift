import CNNGraphs
import CNNOperators

/// `HardSwish` from its product.
package struct RecognizeHardSwish: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "recognize-hard-swish",
      law: """
        x · clip(x + 3, 0, 6) / 6 = x · HardSigmoid(x; 1/6, 1/2) = HardSwish(x), in any grouping; below operator set 14 the \
        product is written, above HardSwish.
        """,
      guards: [
        "the operator set is below 14 and the product is written already", "a value on the way is read elsewhere",
        "the constants are others by more than a part in a million",
      ],
      source: "Howard et al., Searching for MobileNetV3, 2019, section 5.2; ONNX HardSwish 14")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    guard view.graph.nodes[index].operator is Multiply || view.graph.nodes[index].operator is Divide,
      let product = Product(endingAt: index, in: view), product.factors.count == 2,
      let result = view.graph.nodes[index].outputs[0], view.isFloatingPoint(result)
    else { return nil }
    for factor in product.factors {
      guard let gate = Gate(factor, in: view), product.other(than: factor) == gate.input else { continue }
      let scale = product.coefficient
      guard view.isClose(scale * gate.height, 1, for: result), view.isClose(scale * gate.slope, 1 / 6, for: result),
        view.isClose(scale * gate.offset, 0.5, for: result)
      else { continue }
      let nodes = product.nodes.union(gate.nodes)
      if view.operatorSet < 14, nodes.count > 2 { return self.product(gate.input, at: index, from: nodes, view) }
      try view.require(HardSwish.signature)
      return Patch(
        recognizing: HardSwish(), of: gate.input, at: index, from: nodes, in: view)
    }
    return nil
  }

  /// The product with `HardSigmoid`, which is as old as ONNX.
  private func product(_ x: ValueID, at index: Int, from nodes: Set<Int>, _ view: GraphView) -> Patch {
    let node = view.graph.nodes[index]
    var patch = Patch(removing: nodes)
    let name = node.outputs[0].map { view.graph[$0].name } ?? ""
    patch.added = [
      Patch.NewNode(
        node.name.isEmpty ? "" : "\(node.name).gate", HardSigmoid(alpha: 1 / 6, beta: 0.5), inputs: [.value(x)],
        outputs: [.new(hint: "\(name).gate", view.graph[x].type)]),
      Patch.NewNode(
        node.name, Multiply(), inputs: [.value(x), .made(0)], outputs: [node.outputs[0].map { .value($0) }]),
    ]
    return patch
  }
}
