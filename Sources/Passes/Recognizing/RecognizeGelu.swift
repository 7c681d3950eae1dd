import CNNGraphs
import CNNOperators

/// `Gelu` from its product, exact or with the hyperbolic tangent.
package struct RecognizeGelu: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "recognize-gelu",
      law: """
        x / 2 · (1 + erf(x / √2)) = Gelu(x), x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) = Gelu(x; tanh), in any \
        grouping.
        """,
      guards: [
        "the operator set is below 20", "a value on the way is read elsewhere",
        "the constants are others by more than a part in a million",
      ],
      source: "Hendrycks, Gimpel, Gaussian Error Linear Units, 2016, section 2; ONNX Gelu 20")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    guard view.graph.nodes[index].operator is Multiply || view.graph.nodes[index].operator is Divide,
      let product = Product(endingAt: index, in: view), product.factors.count == 2,
      let result = view.graph.nodes[index].outputs[0], view.isFloatingPoint(result), product.coefficient == 0.5
    else { return nil }
    for factor in product.factors {
      guard let x = product.other(than: factor), let sum = view.shifted(factor), sum.by == 1 else { continue }
      let found: (Gelu.Approximation, Set<Int>)?
      if let nodes = gaussian(of: x, at: sum.input, view) {
        found = (.none, nodes)
      } else {
        found = tangent(of: x, at: sum.input, view).map { (.tanh, $0) }
      }
      guard let (approximation, nodes) = found else { continue }
      try view.require(Gelu.signature)
      return Patch(
        recognizing: Gelu(approximation: approximation), of: x, at: index,
        from: product.nodes.union(nodes).union([sum.index]), in: view)
    }
    return nil
  }

  /// The nodes that compute `erf(x / √2)`.
  private func gaussian(of x: ValueID, at id: ValueID, _ view: GraphView) -> Set<Int>? {
    guard let integral = view.producer(id, as: ErrorFunction.self), let inside = integral.node.inputs[0] else {
      return nil
    }
    let scaled = Product(of: inside, in: view)
    guard scaled.factors == [x], view.isClose(scaled.coefficient, 0.5.squareRoot(), for: x) else { return nil }
    return scaled.nodes.union([integral.index])
  }

  /// The nodes that compute `tanh(√(2/π) · (x + 0.044715 · x³))`, also as `tanh(√(2/π) · x · (1 + 0.044715 · x²))`.
  private func tangent(of x: ValueID, at id: ValueID, _ view: GraphView) -> Set<Int>? {
    guard let tangent = view.producer(id, as: Tanh.self), let inside = tangent.node.inputs[0] else { return nil }
    let outer = Product(of: inside, in: view)
    guard view.isClose(outer.coefficient, (2 / Double.pi).squareRoot(), for: x) else { return nil }
    let nodes = outer.nodes.union([tangent.index])
    if outer.factors.count == 1, let sum = view.producer(outer.factors[0], as: Add.self),
      let (a, b) = sum.node.operands, a == x || b == x
    {
      let cube = Product(of: a == x ? b : a, in: view)
      guard cube.factors == [x, x, x], view.isClose(cube.coefficient, 0.044715, for: x) else { return nil }
      return nodes.union(cube.nodes).union([sum.index])
    }
    guard let factor = outer.other(than: x), let sum = view.shifted(factor), sum.by == 1 else { return nil }
    let square = Product(of: sum.input, in: view)
    guard square.factors == [x, x], view.isClose(square.coefficient, 0.044715, for: x) else { return nil }
    return nodes.union(square.nodes).union([sum.index])
  }
}

extension Node {
  /// Both operands of a node of two.
  fileprivate var operands: (ValueID, ValueID)? {
    guard inputs.count == 2, let first = inputs[0], let second = inputs[1] else { return nil }
    return (first, second)
  }
}
