import CNNTensors

/// How far the elements of two tensors of one shape are apart.
public struct TensorDifference: Sendable, Equatable {
  /// Elements whose values are not the same; 0 if the tensors differ in the sign of zeros or the kind of NaN alone.
  public private(set) var count = 0
  /// The largest absolute difference of two elements; infinite if one of them is not finite and the other is something
  /// else.
  public private(set) var largest = 0.0
  /// Where it is.
  public private(set) var index: [Int] = []

  private static let blockSize = 1 << 16

  /// Compares two tensors of one shape, a block at a time; `nil` if they are equal bit for bit, or if all values are and
  /// the types differ.
  /// - Throws: ``TensorError`` if there is no memory for a block, and what ends the work, see ``WorkBudget``.
  init?(_ a: Tensor, _ b: Tensor) throws {
    try WorkBudget.current.check()
    if let first = a.strings, let second = b.strings {
      for (position, pair) in zip(first, second).enumerated() where pair.0 != pair.1 {
        note(.infinity, at: position, of: a.shape)
      }
    } else if a.elementType == b.elementType, a.haveEqualBytes(b) {
      return nil
    } else if a.elementType.numericKind == nil || b.elementType.numericKind == nil {
      (count, largest, index) = (a.count, .infinity, [Int](repeating: 0, count: a.rank))
    } else {
      let isOneType = a.elementType == b.elementType
      for (block, pair) in zip(try a.blocks(of: Self.blockSize), try b.blocks(of: Self.blockSize)).enumerated() {
        try WorkBudget.current.check()
        if isOneType, pair.0.haveEqualBytes(pair.1) { continue }
        try pair.0.withValues(as: Double.self) { first in
          try pair.1.withValues(as: Double.self) { second in
            for i in 0..<first.count where first[i] != second[i] {
              if first[i].isNaN && second[i].isNaN { continue }
              let distance = (first[i] - second[i]).magnitude
              note(distance.isNaN ? .infinity : distance, at: block * Self.blockSize + i, of: a.shape)
            }
          }
        }
      }
    }
    // Zeros of either sign and the kinds of NaN differ in bits alone.
    if count == 0, a.elementType != b.elementType { return nil }
  }

  private mutating func note(_ distance: Double, at position: Int, of shape: [Int]) {
    count += 1
    guard distance > largest else { return }
    largest = distance
    index = shape.indices(at: position)
  }
}

extension Tensor {
  /// True if two tensors of one type have the same bytes.
  func haveEqualBytes(_ other: Tensor) -> Bool {
    guard let mine = storage, let theirs = other.storage else { return false }
    if mine.place == theirs.place { return mine.byteCount == theirs.byteCount }
    guard mine.byteCount == theirs.byteCount else { return false }
    return mine.withBytes { a in
      theirs.withBytes { b in
        // A word at a time.
        let words = a.count / 8
        for word in 0..<words
        where a.loadUnaligned(fromByteOffset: 8 &* word, as: UInt64.self)
          != b.loadUnaligned(fromByteOffset: 8 &* word, as: UInt64.self)
        { return false }
        return a[(8 * words)...].elementsEqual(b[(8 * words)...])
      }
    }
  }
}
