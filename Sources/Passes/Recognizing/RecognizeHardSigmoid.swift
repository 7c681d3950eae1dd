import CNNGraphs
import CNNOperators

/// `HardSigmoid` from a straight line between two bounds.
package struct RecognizeHardSigmoid: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "recognize-hard-sigmoid",
      law: "s · clip(a · x + b, 0, h) = HardSigmoid(x) with slope s · a and offset s · b, where s · h = 1.",
      guards: ["a value on the way is read elsewhere", "the elements are no floating-point numbers"],
      source: "Howard et al., Searching for MobileNetV3, 2019, section 5.2; ONNX HardSigmoid 6")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    guard let result = view.graph.nodes[index].outputs.first.flatMap(\.self), view.isFloatingPoint(result) else {
      return nil
    }
    if let product = Product(endingAt: index, in: view) {
      guard product.factors.count == 1, product.coefficient > 0, let gate = Gate(product.factors[0], in: view),
        view.isClose(product.coefficient * gate.height, 1, for: result)
      else { return nil }
      return patch(gate, product.coefficient, at: index, product.nodes, view)
    }
    // A line of slope 1 between 0 and 1 stays a Clip.
    guard !(view.graph.nodes[index].operator is HardSigmoid), let gate = Gate(result, in: view), gate.height == 1,
      gate.slope != 1 || gate.offset != 0
    else { return nil }
    return patch(gate, 1, at: index, [], view)
  }

  private func patch(_ gate: Gate, _ scale: Double, at index: Int, _ nodes: Set<Int>, _ view: GraphView) -> Patch {
    let operation = HardSigmoid(alpha: Float(scale * gate.slope), beta: Float(scale * gate.offset))
    return Patch(recognizing: operation, of: gate.input, at: index, from: nodes.union(gate.nodes), in: view)
  }
}
