import CNNGraphs
import CNNOperators
import CNNTensors

/// Nodes that compute with constants but are neither convolutions nor linear layers nor batch normalizations: they are
/// layers by the operator's name and the constants' shapes.
extension WeightedLayer {
  /// A constant that a node computes with.
  struct Operand: Sendable {
    /// Where the node reads it.
    let index: Int
    let id: ValueID
    /// Its extents, but for leading ones, which broadcasting adds.
    let shape: [Int]
  }

  /// The layer that a node is with its constants; there is at least one.
  init(operation node: Node, at index: Int, _ operands: [Operand]) {
    self.init(.operation)
    self.node = index
    form.operation = node.operator.signature.name
    let isCommutative = node.operator is Add || node.operator is Multiply
    form.operands = operands.map { Form.Operand(index: isCommutative ? nil : $0.index, shape: $0.shape) }
    self.operands = operands.map(\.id)
    epsilon = (node.operator as? LayerNormalization)?.epsilon ?? (node.operator as? InstanceNormalization)?.epsilon
  }
}

extension GraphWiring {
  /// The constants of a node that look like weights: more than one number with a point, which are no measures of an image.
  func operands(of node: Node) -> [WeightedLayer.Operand] {
    guard !(node.operator is Resize) else { return [] }
    return node.inputs.indices.compactMap { index in
      guard let constant = constant(index, of: node), constant.shape.contains(where: { $0 > 1 }) else { return nil }
      let type = graph[constant.id].constant?.elementType ?? graph[constant.id].type.tensor?.elementType
      guard type?.isFloatingPoint ?? false else { return nil }
      return WeightedLayer.Operand(index: index, id: constant.id, shape: Array(constant.shape.drop { $0 == 1 }))
    }
  }
}
