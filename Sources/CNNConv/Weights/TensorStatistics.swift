import CNNTensors

/// What the elements of a tensor are, in a few numbers. Those that are not finite are counted and left out of the others.
public struct TensorStatistics: Sendable {
  /// The smallest and the largest element; `nil` if none is finite.
  public private(set) var range: ClosedRange<Double>?
  /// The mean; `nil` if none is finite.
  public private(set) var mean: Double?
  /// The standard deviation of all elements, as NumPy's `std` gives it.
  public private(set) var standardDeviation: Double?
  /// Elements that are infinite or no number.
  public private(set) var nonFiniteCount = 0
  /// Elements that are zero.
  public private(set) var zeroCount = 0
  /// SHA-256 of the bytes in hexadecimal; `nil` for strings.
  public let digest: String?

  /// Elements that are looked at together.
  private static let blockSize = 1 << 16
  private var count = 0.0
  private var squares = 0.0

  /// Reads every element, a block at a time. Of strings and complex numbers there is the digest alone.
  /// - Throws: ``TensorError`` if there is no memory for a block, and what ends the work, see ``WorkBudget``.
  public init(_ tensor: Tensor) throws {
    digest = try tensor.storage.map { try $0.withBytes(SHA256.hexadecimal) }
    guard tensor.elementType.numericKind != nil else { return }
    for block in try tensor.blocks(of: Self.blockSize) {
      try WorkBudget.current.check()
      try block.withValues(as: Double.self) { add($0) }
    }
    if count > 0 { standardDeviation = (squares / count).squareRoot() }
  }

  /// Joins the moments of a block to those of the others. Chan, Golub and LeVeque, "Updating formulae and a pairwise
  /// algorithm for computing sample variances", 1979.
  private mutating func add(_ values: UnsafeBufferPointer<Double>) {
    var (sum, number, least, most) = (0.0, 0.0, Double.infinity, -Double.infinity)
    for value in values {
      guard value.isFinite else {
        nonFiniteCount += 1
        continue
      }
      if value == 0 { zeroCount += 1 }
      (least, most) = (min(least, value), max(most, value))
      sum += value
      number += 1
    }
    guard number > 0 else { return }
    range = min(least, range?.lowerBound ?? least)...max(most, range?.upperBound ?? most)
    let own = sum / number
    for value in values where value.isFinite { squares += (value - own) * (value - own) }
    let (before, all) = (count, count + number)
    let distance = own - (mean ?? own)
    mean = (mean ?? own) + distance * number / all
    squares += distance * distance * before * number / all
    count = all
  }
}

extension Tensor {
  /// The elements in their order as vectors of at most `size`, a multiple of eight, which share these bytes.
  func blocks(of size: Int) throws -> [Tensor] {
    guard let storage, let width = elementType.byteCount(of: size) else { return [] }
    return try stride(from: 0, to: count, by: size).enumerated().map { block, start in
      let length = Swift.min(size, count - start)
      let part = try Storage(
        part: storage, offset: block * width, count: Swift.min(width, storage.byteCount - block * width))
      return try Tensor(elementType, shape: [length], storage: part)
    }
  }
}
