import CNNTensors

/// What inference knows of a value.
public struct InferredValue: Sendable {
  /// The type.
  public var type: ValueType
  /// The integers it holds, as far as they are known, for a 1-D (or 0-D) integer tensor.
  public var contents: [Dimension]?
  /// The value itself if it is known.
  public var constant: Tensor?

  /// Describes a value.
  public init(_ type: ValueType, contents: [Dimension]? = nil, constant: Tensor? = nil) {
    (self.type, self.contents, self.constant) = (type, contents, constant)
  }

  /// A tensor of a type and shape.
  public static func tensor(_ type: ElementType?, _ shape: [Dimension]?, contents: [Dimension]? = nil) -> InferredValue
  {
    InferredValue(.tensor(type, shape), contents: contents)
  }

  /// A value of which nothing is known.
  public static var unknown: InferredValue { InferredValue(.unknown) }
}
