import CNNTensors

/// A value: a graph input, a constant, or a node's result.
public struct Value: Sendable {
  /// Unique within the graph and the graphs around it.
  public var name: String
  /// What is known of it.
  public var type: ValueType
  /// What the model's file itself said of the type, if it did.
  public var declaredType: ValueType?
  /// The constant it always is, or, for a graph input, is unless the caller gives another.
  public var constant: Tensor?
  /// The constant if the file stores it sparsely.
  public var sparseConstant: SparseTensor?
  /// Integers this value is known to hold, as far as they are known: the result of a shape computation.
  public var contents: [Dimension]?
  /// Kept and written back.
  public var annotations = Annotations()

  /// Describes a value.
  public init(_ name: String, type: ValueType = .unknown, constant: Tensor? = nil) {
    (self.name, self.type, self.constant) = (name, type, constant)
  }

  /// True for a stored constant, dense or sparse.
  public var isConstant: Bool { constant != nil || sparseConstant != nil }
}
