import CNNGraphs
import CNNTensors

/// Steps that several expansions share.
extension NodeExpansion {
  /// The operand under another shape, in which 0 copies an extent and -1 stands for what is left.
  mutating func reshape(_ operand: NodeOperand, to shape: [Int]) throws -> NodeOperand {
    try apply(Reshape(), operand, try constant(shape))
  }

  /// The operand under the shape of another one.
  mutating func reshape(_ operand: NodeOperand, like other: NodeOperand) throws -> NodeOperand {
    if let shape = other.known.type.tensor?.fixedShape, !shape.contains(0) { return try reshape(operand, to: shape) }
    return try apply(Reshape(), operand, try apply(Shape(), other))
  }

  /// The operand with axes of extent 1 behind its own.
  mutating func addTrailingAxes(_ count: Int, to operand: NodeOperand, needs version: Int) throws -> NodeOperand {
    guard count > 0 else { return operand }
    if let constant = operand.constant {
      return self.constant(try constant.reshaped(constant.shape + Array(repeating: 1, count: count)))
    }
    let rank = try rank(of: operand, needs: version)
    return try apply(Unsqueeze(), operand, try constant(Array(rank..<rank + count)))
  }

  /// The operand converted to a type, if it is not of that type already.
  mutating func cast(_ operand: NodeOperand, to type: ElementType) throws -> NodeOperand {
    if operand.elementType == type { return operand }
    if let constant = operand.constant { return self.constant(try constant.converted(to: type)) }
    return try apply(Cast(to: type), operand)
  }

  /// A part of the operand along one axis; the end may lie behind the axis' own.
  mutating func slice(_ operand: NodeOperand, from start: Int, to end: Int, axis: Int) throws -> NodeOperand {
    try apply(
      Slicing(), operand, try constant([start]), try constant([end]), try constant([axis]))
  }

  /// Mean over some axes, which stay with extent 1.
  mutating func mean(_ operand: NodeOperand, over axes: [Int]) throws -> NodeOperand {
    try apply(ReduceMean(), operand, try constant(axes))
  }

  /// Applies an operator to all of the node's inputs.
  mutating func applyToInputs(_ operation: any Operator) throws -> [NodeOperand?] {
    try apply(operation, to: inputs, count: wantedOutputs.count)
  }
}
