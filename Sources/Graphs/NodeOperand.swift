import CNNTensors

/// A value that a ``NodeExpansion`` can apply operators to: an input of its node, a constant, or a result.
public struct NodeOperand: Sendable {
  /// What is known of it, a constant of any size included.
  public let known: InferredValue
  package let index: Int

  /// The element type, if it is known.
  public var elementType: ElementType? { known.type.tensor?.elementType }
  /// The extents, if the rank is known.
  public var shape: [Dimension]? { known.type.tensor?.shape }
  /// The value, if it is a constant.
  public var constant: Tensor? { known.constant }
}
