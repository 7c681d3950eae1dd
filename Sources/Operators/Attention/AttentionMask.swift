import CNNGraphs
import CNNTensors

/// Which keys a query sees, and what is added to their scores.
package struct AttentionMask: Sendable {
  /// What is added: the mask that was given, of any type but bool, or 0 and negative infinity.
  private let mask: Tensor?
  /// Steps in the mask along batch, heads, queries and keys.
  private let strides: [Int]
  /// Keys that the mask covers; those behind are not seen.
  private let covered: Int
  private let validKeys: [Int]?
  private let isCausal: Bool
  private let left: Int
  private let right: Int
  private let past: Int?
  private let length: Int

  /// - Parameters:
  ///   - past: number of keys of earlier calls.
  ///   - left, right: keys seen before and behind a query's own position; -1 for all.
  package init(
    _ parts: AttentionHeads, mask: Tensor?, validKeys: [Int]?, past: Int?, isCausal: Bool, left: Int, right: Int
  ) throws {
    (self.validKeys, self.isCausal, self.left, self.right) = (validKeys, isCausal, left, right)
    if let validKeys {
      guard validKeys.count == parts.batch else {
        throw OperatorError.invalid("\(validKeys.count) numbers of valid keys for a batch of \(parts.batch)")
      }
      guard past == nil else { throw OperatorError.invalid("valid keys and past keys exclude one another") }
      if let wrong = validKeys.first(where: { $0 < 0 || $0 > parts.keyLength }) {
        throw OperatorError.invalid("\(wrong) valid keys of \(parts.keyLength)")
      }
    }
    (self.past, length) = (past, parts.length)
    guard let mask else {
      (self.mask, strides, covered) = (nil, [0, 0, 0, 0], parts.keyLength)
      return
    }
    guard mask.rank <= 4, mask.rank >= 1 else {
      throw OperatorError.rank(input: 3, expected: "1 to 4", found: mask.rank)
    }
    let shape = Array(repeating: 1, count: 4 - mask.rank) + mask.shape
    for (extent, expected) in zip(shape, parts.scoresShape).dropLast() where extent != 1 && extent != expected {
      throw OperatorError.invalid("a mask of shape \(mask.shape) for scores of shape \(parts.scoresShape)")
    }
    guard shape[3] <= parts.keyLength else {
      throw OperatorError.invalid("a mask of \(shape[3]) keys for \(parts.keyLength)")
    }
    strides = zip(shape, shape.strides).map { $0 == 1 ? 0 : $1 }
    covered = shape[3]
    self.mask = mask
  }

  /// True if a query may see a key, whatever the given mask says.
  @inline(__always)
  package func allows(_ batch: Int, _ query: Int, _ key: Int) -> Bool {
    // The position of the first query among the keys follows from what is cached.
    let position = (past ?? validKeys.map { $0[batch] - length } ?? 0) + query
    if isCausal && key > position { return false }
    if left >= 0 && key < position - left { return false }
    if right >= 0 && key > position + right { return false }
    if let validKeys, key >= validKeys[batch] { return false }
    return key < covered
  }

  /// Calls `body` with what the given mask adds to the score of a batch element, head, query and key.
  package func withValues<T: FloatingScalar, R>(
    as _: T.Type, _ body: ((Int, Int, Int, Int) -> T) throws -> R
  ) throws -> R {
    guard let mask else { return try body { _, _, _, _ in 0 } }
    let isFlag = mask.elementType == .bool
    return try mask.withValues(as: T.self) { values in
      try body { batch, head, query, key in
        guard key < covered else { return -.infinity }
        let value = values[batch * strides[0] + head * strides[1] + query * strides[2] + key * strides[3]]
        return isFlag ? (value == 0 ? -.infinity : 0) : value
      }
    }
  }
}
