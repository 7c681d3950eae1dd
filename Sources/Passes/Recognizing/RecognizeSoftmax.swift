import CNNGraphs
import CNNOperators

/// `Softmax` from exponentials divided by their sum.
package struct RecognizeSoftmax: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "recognize-softmax",
      law:
        "exp(x) / Σ exp(x) along an axis is Softmax(x), and so it is where the greatest element is subtracted first.",
      guards: [
        "the sum is over several axes or drops its axis", "a value on the way is read elsewhere",
        "the operator set is below 13 and other axes follow",
      ],
      source: "Goodfellow, Bengio, Courville, Deep Learning, equations 4.1 and 6.29; ONNX Softmax 13")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    guard node.operator is Divide, let powers = node.inputs[0], let result = node.outputs[0],
      view.isFloatingPoint(result), let power = view.producer(powers, as: Exp.self),
      let sum = view.producer(node.inputs[1], as: ReduceSum.self), sum.node.inputs[0] == powers,
      sum.operation.settings.keepsAxes, let inside = power.node.inputs[0], let rank = view.rank(inside),
      let axis = view.axis(of: sum.node, rank: rank)
    else { return nil }
    var nodes: Set = [power.index, sum.index]
    var x = inside
    if let difference = view.producer(inside, as: Subtract.self), difference.operation.legacyAxis == nil,
      let source = difference.node.inputs[0],
      let greatest = view.producer(difference.node.inputs[1], as: ReduceMaximum.self),
      greatest.node.inputs[0] == source, greatest.operation.settings.keepsAxes,
      view.axis(of: greatest.node, rank: rank) == axis
    {
      x = source
      nodes.formUnion([difference.index, greatest.index])
    }
    let isLast = axis == rank - 1
    guard view.operatorSet >= 13 || isLast else {
      throw Refusal.operatorSet(needed: 13, given: view.operatorSet, for: "a softmax before the last axis")
    }
    let operation =
      view.operatorSet >= 13 ? Softmax(axis: isLast ? -1 : axis) : Softmax(axis: rank - 1, flattens: true)
    return Patch(recognizing: operation, of: x, at: index, from: nodes, in: view)
  }
}

extension GraphView {
  /// The one axis that a reduction joins.
  fileprivate func axis(of node: Node, rank: Int) -> Int? {
    guard let axes = integers(node, 1), axes.count == 1 else { return nil }
    return try? axes[0].axis(ofRank: rank)
  }
}
