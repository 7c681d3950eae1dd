import CNNGraphs
import CNNOperators

/// Moves what scales and shifts channels into the linear maps before or behind it, over nodes that treat channels alike.
package struct AbsorbScales: NodePass {
  package let description = PassDescription(
    "absorb-scales",
    law: """
      A scale and shift by channel commutes with concatenation, sums, average pooling, flattening, and with maximum \
      pooling where it increases. Behind a linear map it becomes part of its rows, s(Wx + b) + t = (sW)x + (sb + t); \
      before one of its columns, W(sx + t) + b = (Ws)x + (Wt + b); in a normalization of its scale and bias. So \
      Concat→BN, AveragePool→BN, Flatten→BN→Gemm and BN around transposed convolutions vanish, and one BN may go into \
      several layers that read it.
      """,
    guards: [
      "a value on the way is a result of the graph, or something else reads it",
      "weights are shared, or no constants",
      "a shift would be missing in the padding of a convolution or pooling behind it",
      "a node on the way mixes channels, or is not linear",
      "a maximum pooling on the way, and a factor that is not above zero",
      "a weight that is finite, but not in the element type of the model",
    ],
    source: "Jacob et al. 2018, section 3.2, for one convolution; the rest follows from the laws of affine maps")

  package init() {}

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    guard let scale = try ChannelScale(of: node, in: view) else { return nil }
    let reason: Refusal
    do {
      return try ScaleMover.backward(scale, at: index, in: view)
    } catch let refusal as Refusal {
      reason = refusal
    }
    do {
      return try ScaleMover.forward(scale, at: index, in: view)
    } catch let refusal as Refusal {
      throw Refusal.bothWays(before: reason, behind: refusal)
    }
  }
}
