import CNNGraphs
import CNNOperators

/// Leaves out biases that are zero, as some exporters write them for layers that have none.
package struct DropZeroBiases: NodePass {
  package let description = PassDescription(
    "drop-zero-biases", law: "W·x + 0 = W·x, where the zeros are stored, or are one zero expanded.",
    guards: ["an operator set below 11, where Gemm must have a summand"], source: "ONNX Conv, ConvTranspose, Gemm")

  package init() {}

  package func patch(at index: Int, in view: GraphView) throws -> Patch? {
    let node = view.graph.nodes[index]
    let isProduct = node.operator is GeneralMatrixMultiplication
    guard node.operator is Convolution || node.operator is TransposedConvolution || isProduct,
      !isProduct || view.operatorSet >= 11, node.inputs.count == 3, let bias = node.inputs[2], isZero(bias, view)
    else { return nil }
    var new = Patch.NewNode(
      node.name, node.operator, inputs: node.inputs.prefix(2).map { $0.map(Patch.Operand.value) },
      outputs: node.outputs.map { $0.map(Patch.Output.value) })
    new.annotations = node.annotations
    return Patch(removing: [index], adding: new)
  }

  private func isZero(_ id: ValueID, _ view: GraphView) -> Bool {
    if let tensor = view.constant(id) {
      return (try? tensor.withValues(as: Double.self) { $0.allSatisfy { $0 == 0 } }) ?? false
    }
    if let (_, node, _) = view.producer(id, as: Expand.self), let source = node.inputs[0] {
      return view.scalar(source) == 0
    }
    if let (_, _, filler) = view.producer(id, as: ConstantOfShape.self) {
      return (try? filler.value.values(as: Double.self)) == [0]
    }
    return false
  }
}
