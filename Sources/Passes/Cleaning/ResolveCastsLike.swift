import CNNGraphs
import CNNOperators

/// Casts to the type of another value no longer need that value if its type is known.
package struct ResolveCastsLike: NodePass {
  package let description = PassDescription(
    "resolve-casts-like",
    law: "CastLike(x, y) is Cast(x) to the type of y, and x itself where it has that type.",
    guards: ["the type of y is not known"], source: "ONNX CastLike 15")

  package init() {}

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    guard let cast = node.operator as? CastLike, node.inputs.count == 2, let data = node.inputs[0],
      let output = node.outputs[0],
      let type = view.elementType(node.inputs[1])
    else { return nil }
    if view.elementType(data) == type { return Patch(removing: index, reading: data, insteadOf: output) }
    return Patch(
      removing: [index],
      adding: Patch.NewNode(
        node.name, Cast(to: type, rounding: cast.rounding), inputs: [.value(data)], outputs: [.value(output)]))
  }
}
