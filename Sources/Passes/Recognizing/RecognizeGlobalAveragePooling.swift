import CNNGraphs
import CNNOperators

/// `GlobalAveragePool` from a mean over all spatial axes.
package struct RecognizeGlobalAveragePooling: NodePass {
  package init() {}

  package var description: PassDescription {
    PassDescription(
      "recognize-global-average-pooling",
      law: "The mean of [N, C, D…] over all axes D, kept with extent 1, is GlobalAveragePool.",
      guards: ["the axes are not kept", "other axes are reduced, or not all of these"],
      source: "ONNX ReduceMean 18, GlobalAveragePool 1")
  }

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    guard let mean = node.operator as? ReduceMean, mean.settings.keepsAxes, let x = node.inputs[0],
      view.isFloatingPoint(x), let rank = view.rank(x), rank >= 3, let axes = view.integers(node, 1),
      let reduced = try? axes.axes(ofRank: rank), reduced.sorted() == Array(2..<rank)
    else { return nil }
    return Patch(recognizing: GlobalAveragePooling(), of: x, at: index, from: [], in: view)
  }
}
