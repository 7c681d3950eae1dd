import CNNGraphs
import CNNOperators

/// `Mish` from its product.
package struct RecognizeMish: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "recognize-mish",
      law: "x · tanh(softplus(x)) = Mish(x), softplus(x) being log(1 + exp(x)) as well.",
      guards: ["the operator set is below 18", "a value on the way is read elsewhere"],
      source: "Misra, Mish: A Self Regularized Non-Monotonic Activation Function, 2019, equation 1; ONNX Mish 18")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    guard view.graph.nodes[index].operator is Multiply, let product = Product(endingAt: index, in: view),
      product.factors.count == 2, product.coefficient == 1, view.isFloatingPoint(view.graph.nodes[index].outputs[0])
    else { return nil }
    for factor in product.factors {
      guard let tangent = view.producer(factor, as: Tanh.self), let inside = tangent.node.inputs[0],
        let x = product.other(than: factor), let softplus = softplus(of: x, at: inside, view)
      else { continue }
      try view.require(Mish.signature)
      return Patch(
        recognizing: Mish(), of: x, at: index, from: product.nodes.union(softplus).union([tangent.index]), in: view)
    }
    return nil
  }

  /// The nodes that compute softplus.
  private func softplus(of x: ValueID, at id: ValueID, _ view: GraphView) -> Set<Int>? {
    if let plain = view.producer(id, as: Softplus.self) { return plain.node.inputs[0] == x ? [plain.index] : nil }
    guard let log = view.producer(id, as: Log.self), let sum = log.node.inputs[0].flatMap(view.shifted), sum.by == 1,
      let power = view.producer(sum.input, as: Exp.self), power.node.inputs[0] == x
    else { return nil }
    return [log.index, sum.index, power.index]
  }
}
