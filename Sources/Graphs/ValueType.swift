import CNNTensors

/// One extent of a value's shape before the program runs.
public enum Dimension: Hashable, Sendable {
  /// Known now.
  case fixed(Int)
  /// Named by the model, such as `N`; equal names mean equal extents.
  case symbol(String)
  /// Not known before the run.
  case unknown

  /// The extent where it is known now.
  public var value: Int? { if case .fixed(let value) = self { value } else { nil } }
}

extension Dimension: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, CustomStringConvertible {
  /// A known extent.
  public init(integerLiteral value: Int) { self = .fixed(value) }

  /// An extent of this name.
  public init(stringLiteral name: String) { self = .symbol(name) }

  /// The number, the symbol, or `?`.
  public var description: String {
    switch self {
    case .fixed(let value): String(value)
    case .symbol(let name): name
    case .unknown: "?"
    }
  }
}

/// What is known of a tensor before the program runs.
public struct TensorType: Hashable, Sendable {
  /// The element type; `nil` where it is not known.
  public var elementType: ElementType?
  /// The extents; `nil` where not even the rank is known.
  public var shape: [Dimension]?

  /// Describes a tensor.
  public init(_ elementType: ElementType?, _ shape: [Dimension]? = nil) {
    (self.elementType, self.shape) = (elementType, shape)
  }

  /// The type of an existing tensor.
  public init(of tensor: Tensor) { self.init(tensor.elementType, tensor.shape.map(Dimension.fixed)) }

  /// The extents where all are known.
  public var fixedShape: [Int]? {
    guard let shape else { return nil }
    let values = shape.compactMap(\.value)
    return values.count == shape.count ? values : nil
  }
}

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

  /// The tensor type where the value is a dense tensor.
  public var tensor: TensorType? { if case .tensor(let type) = self { type } else { nil } }
}

extension TensorType: CustomStringConvertible {
  /// Such as `float32[N, 3, 224, 224]`; `?` and `[…]` where type and rank are not known.
  public var description: String {
    let extents = shape.map { "[" + $0.map(\.description).joined(separator: ", ") + "]" } ?? "[…]"
    return (elementType?.description ?? "?") + extents
  }
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
  /// What both descriptions say together: each fills the other's gaps, and `self` wins where they name different symbols.
  /// - Returns: `nil` where they contradict one another.
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

extension TensorType {
  fileprivate func merged(with other: TensorType) -> TensorType? {
    if let a = elementType, let b = other.elementType, a != b { return nil }
    var result = TensorType(elementType ?? other.elementType, shape ?? other.shape)
    if let a = shape, let b = other.shape {
      guard a.count == b.count else { return nil }
      var merged: [Dimension] = []
      for (x, y) in zip(a, b) {
        switch (x, y) {
        case (.fixed(let m), .fixed(let n)) where m != n: return nil
        case (.fixed, _): merged.append(x)
        case (_, .fixed): merged.append(y)
        case (.symbol, _): merged.append(x)
        default: merged.append(y)
        }
      }
      result.shape = merged
    }
    return result
  }
}
