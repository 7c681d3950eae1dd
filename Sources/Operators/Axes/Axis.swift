import CNNGraphs
import CNNTensors

extension Int {
  /// This axis counted from the front: negative ones count from the back.
  /// - Throws: ``OperatorError/invalid(_:)`` if the tensor has no such axis.
  package func axis(ofRank rank: Int) throws -> Int {
    guard self >= -rank, self < rank else { throw OperatorError.invalid("axis \(self) of a tensor of rank \(rank)") }
    return wrapped(rank)
  }

  /// This index of an axis, which must be in range, counted from the front.
  package func wrapped(_ extent: Int) -> Int { self < 0 ? self + extent : self }
}

extension Array where Element == Int {
  /// These axes counted from the front, none twice.
  package func axes(ofRank rank: Int) throws -> [Int] {
    let axes = try map { try $0.axis(ofRank: rank) }
    guard Set(axes).count == axes.count else { throw OperatorError.invalid("an axis is given twice in \(self)") }
    return axes
  }

  /// These indices of an axis counted from the front.
  /// - Throws: ``OperatorError/invalid(_:)`` if one is out of range.
  package func indices(in extent: Int) throws -> [Int] {
    try map { index in
      guard index >= -extent, index < extent else {
        throw OperatorError.invalid("index \(index) of an axis of \(extent)")
      }
      return index.wrapped(extent)
    }
  }

  /// Product of the extents of a shape that a tensor already has.
  package var product: Int { reduce(1, *) }

  /// Steps in elements of a row-major tensor of this shape.
  package var strides: [Int] {
    var strides = self
    var step = 1
    for axis in indices.reversed() {
      strides[axis] = step
      step *= self[axis]
    }
    return strides
  }
}

extension Array where Element == Dimension {
  /// Product of the extents, if all are known and it fits.
  package var product: Int? {
    let values = compactMap(\.value)
    return values.count == count ? try? Tensor.elementCount(of: values) : nil
  }
}
