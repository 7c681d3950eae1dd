import CNNTensors

/// What is known of a value before the program runs.
public indirect enum ValueType: Hashable, Sendable {
  /// A tensor.
  case tensor(TensorType)
  /// A sparse tensor; `shape` is that of the dense tensor.
  case sparseTensor(TensorType)
  /// A list of values of one type.
  case sequence(ValueType)
  /// A value or nothing.
  case optional(ValueType)
  /// A dictionary.
  case map(key: ElementType?, value: ValueType)
  /// A type of a foreign domain.
  case opaque(domain: String, name: String)
  /// Nothing is known.
  case unknown

  /// A tensor of an element type and shape.
  public static func tensor(_ elementType: ElementType?, _ shape: [Dimension]? = nil) -> ValueType {
    .tensor(TensorType(elementType, shape))
  }

  /// The tensor type if the value is a dense tensor.
  public var tensor: TensorType? { if case .tensor(let type) = self { type } else { nil } }
}

extension ValueType: CustomStringConvertible {
  /// Such as `float32[N, 1000]` or `sequence(int64[])`.
  public var description: String {
    switch self {
    case .tensor(let type): type.description
    case .sparseTensor(let type): "sparse \(type)"
    case .sequence(let element): "sequence(\(element))"
    case .optional(let element): "optional(\(element))"
    case .map(let key, let value): "map(\(key?.description ?? "?"): \(value))"
    case .opaque(let domain, let name): "\(domain).\(name)"
    case .unknown: "?"
    }
  }
}

extension ValueType {
  /// What both descriptions say together: each fills the other's gaps, and `self` wins if they name different symbols.
  /// - Returns: `nil` if they contradict one another.
  public func merged(with other: ValueType) -> ValueType? {
    switch (self, other) {
    case (.unknown, _): other
    case (_, .unknown): self
    case (.tensor(let a), .tensor(let b)): a.merged(with: b).map(ValueType.tensor)
    case (.sparseTensor(let a), .sparseTensor(let b)): a.merged(with: b).map(ValueType.sparseTensor)
    case (.sequence(let a), .sequence(let b)): a.merged(with: b).map(ValueType.sequence)
    case (.optional(let a), .optional(let b)): a.merged(with: b).map(ValueType.optional)
    case (.map(let key, let a), .map(_, let b)): a.merged(with: b).map { .map(key: key, value: $0) }
    case (.opaque, .opaque): self
    default: nil
    }
  }
}
