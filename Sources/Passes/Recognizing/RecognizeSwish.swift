import CNNGraphs
import CNNOperators

/// `Swish` from its product.
package struct RecognizeSwish: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "recognize-swish",
      law: "x · sigmoid(a · x) = Swish(x; a); also known as SiLU where a is 1.",
      guards: ["the operator set is below 24", "a value on the way is read elsewhere"],
      source: "Ramachandran, Zoph, Le, Searching for Activation Functions, 2017; ONNX Swish 24")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    guard view.graph.nodes[index].operator is Multiply, let product = Product(endingAt: index, in: view),
      product.factors.count == 2, product.coefficient == 1, let result = view.graph.nodes[index].outputs[0],
      view.isFloatingPoint(result)
    else { return nil }
    for factor in product.factors {
      guard let sigmoid = view.producer(factor, as: Sigmoid.self), let inside = sigmoid.node.inputs[0],
        let x = product.other(than: factor)
      else { continue }
      var (nodes, slope) = (product.nodes.union([sigmoid.index]), 1.0)
      if inside != x {
        let scaled = Product(of: inside, in: view)
        guard scaled.factors == [x] else { continue }
        (nodes, slope) = (nodes.union(scaled.nodes), scaled.coefficient)
      }
      try view.require(Swish.signature)
      return Patch(recognizing: Swish(alpha: Float(slope)), of: x, at: index, from: nodes, in: view)
    }
    return nil
  }
}
