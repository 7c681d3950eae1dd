import CNNTensors

/// What is known of a tensor before the program runs.
public struct TensorType: Hashable, Sendable {
  /// The element type; `nil` if it is not known.
  public var elementType: ElementType?
  /// The extents; `nil` if not even the rank is known.
  public var shape: [Dimension]?

  /// Describes a tensor.
  public init(_ elementType: ElementType?, _ shape: [Dimension]? = nil) {
    (self.elementType, self.shape) = (elementType, shape)
  }

  /// The type of an existing tensor.
  public init(of tensor: Tensor) { self.init(tensor.elementType, tensor.shape.map(Dimension.fixed)) }

  /// The extents if all are known.
  public var fixedShape: [Int]? {
    guard let shape else { return nil }
    let values = shape.compactMap(\.value)
    return values.count == shape.count ? values : nil
  }
}

extension TensorType: CustomStringConvertible {
  /// Such as `float32[N, 3, 224, 224]`; `?` and `[…]` if type and rank are not known.
  public var description: String {
    let extents = shape.map { "[" + $0.map(\.description).joined(separator: ", ") + "]" } ?? "[…]"
    return (elementType?.description ?? "?") + extents
  }
}

extension TensorType {
  func merged(with other: TensorType) -> TensorType? {
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
